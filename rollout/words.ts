import { inWords } from "./bake";
import type { RolloutSpec, RolloutStep } from "./spec";
import type { RolloutState } from "./state";

/** A rollout in plain English before it begins, a line each step. */
export function explainRollout(stack: string, spec: RolloutSpec): string {
  const { from, to, steps, interval, threshold, strategy, bake } = spec;
  const lines = steps.map((step, index) => `  ${index + 1}. ${stepWords(spec, step)}`);
  const end = {
    canary: `${to} becomes stable, once it answers as stable too`,
    blueGreen: `all traffic switches to ${to}`,
    replicaRatio: `${to} replaces all pods of ${from}`,
  }[strategy];
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
    strategy === "blueGreen" ? "only testers of the idle color" : shareInWords(strategy, weight),
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

/** What a version has before the first step. */
export function readyInWords({ strategy, to }: Pick<RolloutSpec, "strategy" | "to">): string {
  return strategy === "replicaRatio" ? `${to} has no pods yet` : `${to} is ready and gets no requests yet`;
}

/** `step 1 of 3: 25% of the requests on v2`. */
export function stepInWords({ step, spec }: Pick<RolloutState, "step" | "spec">): string {
  const { weight, rules } = spec.steps[step - 1] ?? { weight: 0, rules: {} };
  const ruled = rules.header || rules.cookie !== undefined ? " and the users that rules choose" : "";
  const who =
    spec.strategy === "blueGreen" ? "only testers of the idle color" : `${shareInWords(spec.strategy, weight)}${ruled}`;
  return `step ${step} of ${spec.steps.length}: ${who} on ${spec.to}`;
}

/** `25% of the requests`; what a replica ratio shares out are pods. */
export function shareInWords(strategy: RolloutSpec["strategy"], percent: number): string {
  return `${percent}% of the ${strategy === "replicaRatio" ? "pods" : "requests"}`;
}

function seconds(milliseconds: number): string {
  return `${milliseconds / 1000} s`;
}
