import { inWords } from "./bake";
import type { RolloutSpec, RolloutStep } from "./spec";

/** A rollout in plain English before it begins, a line each step. */
export function explainRollout(stack: string, spec: RolloutSpec): string {
  const { from, to, steps, interval, threshold, strategy, bake } = spec;
  const lines = steps.map((step, index) => `  ${index + 1}. ${stepWords(spec, step)}`);
  const end =
    strategy === "blueGreen" ? `all traffic switches to ${to}` : `${to} becomes stable, once it answers as stable too`;
  return [
    `Rollout of ${stack}: ${from} → ${to}`,
    ...lines,
    `  then ${end}`,
    ...(bake === undefined ? [] : [`  then checks continue for ${inWords(bake)}, while ${from} keeps its pods`]),
    `  checks every ${seconds(interval)}; ${threshold} failed ${threshold === 1 ? "round rolls" : "rounds roll"} back to ${from}`,
  ].join("\n");
}

function stepWords({ to, strategy }: RolloutSpec, { weight, rules, checks, pause, replicas }: RolloutStep): string {
  const { header, cookie } = rules;
  const value =
    header?.value !== undefined
      ? ` = ${header.value}`
      : header?.pattern !== undefined
        ? ` ~ ${header.pattern}`
        : "=always";
  const who = [
    ...(strategy === "canary" ? [`${weight}% of the requests`] : ["only testers of the idle color"]),
    ...(header ? [`header ${header.name}${value}`] : []),
    ...(cookie === undefined ? [] : [`cookie ${cookie}=always`]),
  ];
  const conditions = [
    `${checks} ${checks === 1 ? "round" : "rounds"} of checks`,
    ...(pause === undefined ? [] : [pause === "approval" ? "until sluice approve" : `at least ${seconds(pause)}`]),
    ...(replicas === undefined ? [] : [`${replicas} ${replicas === 1 ? "pod" : "pods"}`]),
  ];
  return `${who.join(", ")} → ${to}: ${conditions.join(", ")}`;
}

function seconds(milliseconds: number): string {
  return `${milliseconds / 1000} s`;
}
