import { inSeconds } from "../durations";
import { canaryUserKeys, routerOf } from "../meaning";
import type { Problem } from "../problems";
import type { RolloutConfig } from "../rollout";
import type { MetricConfig } from "../rollout-metrics";
import type { ConfigKey, Values } from "../schema";
import { wrongOnes, type Row } from "../wrong";

/** What of a stack Flagger can't do, or does itself; nothing where another drives the rollouts. */
export function flaggerProblems(values: Values): Problem[] {
  const { rollout, strategy, migration } = values;
  if (rollout?.driver !== "flagger") return [];
  const router = routerOf(values);
  const where = router === "ingress" ? "during a migration" : `under router ${router}`;
  const elsewhere = wrongOnes(values, [
    [
      "rollout.driver",
      strategy !== "canary",
      `must be sluice under strategy ${strategy}: with Flagger there are no colors to choose from, as it makes and names the Deployment that users get`,
    ],
    [
      "rollout.driver",
      strategy === "canary" && (router !== "ingress" || migration),
      `must be sluice ${where}: what Sluice makes for Flagger is led by Ingresses`,
    ],
  ]);
  if (elsewhere.length > 0) return elsewhere;
  return wrongOnes(values, [
    ...Object.entries(ownMoves).map(([key, instead]): Row => [
      key,
      values[key as ConfigKey] !== undefined,
      `has no meaning under rollout.driver flagger, as Flagger moves the traffic${instead}: remove it`,
    ]),
    ...settingRows(rollout),
    ...rollout.metrics.flatMap((metric, index) => metricRows(metric, `rollout.metrics.${index}`, rollout)),
    ...hookRows(rollout),
  ]);
}

/** The keys by which the stack itself would move traffic, and what says the same to Flagger. */
const ownMoves: Partial<Record<ConfigKey, string>> = {
  canary: " (change sluice:stable, and Flagger tries that version before users get it)",
  ...Object.fromEntries([...canaryUserKeys, "affinity"].map((key) => [key, ""])),
  headerMatch: " (sluice:rollout.match says which header)",
  cookieMatch: " (sluice:rollout.match says which cookie)",
};

const pods = "which gives the canary as many pods as stable has: remove it, or use rollout.driver sluice";

/** The settings of a rollout that Flagger has nothing like, and why. */
const unknownSettings = {
  steps: "which knows no steps by hand: use rollout.stepWeights",
  canaryReplicas: pods,
  maxReplicas: pods,
  bake: "which ends a rollout with its promotion: remove it",
  git: "which commits nothing: remove it",
  inconclusiveLimit: "which counts a check without a value as failed: remove it and see to rollout.threshold",
} as const;

/** The schema's default. */
const defaultInconclusiveLimit = 10;

function settingRows(rollout: RolloutConfig): Row[] {
  const { bake, inconclusiveLimit } = rollout;
  const given = {
    ...rollout,
    inconclusiveLimit: inconclusiveLimit === defaultInconclusiveLimit ? undefined : inconclusiveLimit,
  };
  return (Object.keys(unknownSettings) as (keyof typeof unknownSettings)[]).map((key) => [
    `rollout.${key}`,
    given[key] !== undefined,
    `has no meaning under rollout.driver flagger, ${unknownSettings[key]}`,
    key === "bake" ? inSeconds(bake ?? 0) : undefined,
  ]);
}

function metricRows(
  { name, query, web, job, source, compare }: MetricConfig,
  place: string,
  rollout: RolloutConfig,
): Row[] {
  return [
    [
      "rollout.prometheus",
      // A query without Prometheus is reported already, for both drivers.
      !rollout.prometheus && query === undefined && !web && !job && source === undefined,
      `must be set under rollout.driver flagger, which sends no requests of its own: ${place} (${name}) asks it; for no checks set rollout.metrics to []`,
    ],
    [
      `${place}.source`,
      source === "probe" || source === "controller",
      "must be prometheus under rollout.driver flagger",
    ],
    [`${place}.job`, job, "has no meaning under rollout.driver flagger: use a webhook that runs the check"],
    [`${place}.web`, web, "has no meaning under rollout.driver flagger, which Sluice has ask Prometheus alone"],
    [
      `${place}.compare`,
      compare,
      "has no meaning under rollout.driver flagger, which looks at the canary alone: use thresholdRange",
    ],
    [
      `${place}.query`,
      /\{\{\s*stable\s*\}\}/.test(query ?? ""),
      "must do without {{ stable }} under rollout.driver flagger, which knows no versions by name",
    ],
  ];
}

function hookRows({ webhooks, alerts }: RolloutConfig): Row[] {
  return [
    ...webhooks.map(({ secretVariable }, index): Row => [
      `rollout.webhooks.${index}.secretVariable`,
      secretVariable !== undefined,
      "has no meaning under rollout.driver flagger, which signs nothing: remove it",
    ]),
    ...alerts.map(({ type }, index): Row => [
      `rollout.alerts.${index}.type`,
      type !== "slack" && type !== "msteams",
      `must be slack or msteams under rollout.driver flagger, which does not know ${type}: use slack or msteams, or a webhook of type event`,
    ]),
  ];
}
