import { routerOf } from "../meaning";
import type { Problem } from "../problems";
import type { RolloutConfig } from "../rollout";
import type { MetricConfig } from "../rollout-metrics";
import type { ConfigKey, Values } from "../schema";

/** What of a stack Flagger can't do, or does itself; nothing where another drives the rollouts. */
export function flaggerProblems(values: Values): Problem[] {
  const { rollout, strategy } = values;
  if (rollout?.driver !== "flagger") return [];
  if (strategy !== "canary") {
    const allowed = `must be sluice under strategy ${strategy}: with Flagger there are no colors to choose from, as it makes and names the Deployment that users get`;
    return [{ key: "rollout.driver", value: rollout.driver, allowed }];
  }
  const router = routerOf(values);
  if (router !== "ingress" || values.migration) {
    const where = router === "ingress" ? "during a migration" : `under router ${router}`;
    const allowed = `must be sluice ${where}: what Sluice makes for Flagger is led by Ingresses`;
    return [{ key: "rollout.driver", value: rollout.driver, allowed }];
  }
  return [
    ...ownMoves(values),
    ...unknownToFlagger(rollout),
    ...rollout.metrics.flatMap((metric, index) => metricProblems(metric, index, rollout)),
    ...hookProblems(rollout),
  ];
}

const moves: readonly ConfigKey[] = [
  "canary",
  "canaryWeight",
  "weightTotal",
  "headerMatch",
  "cookieMatch",
  "clientMatch",
  "mirrorPercent",
  "affinity",
];

/** The keys by which the stack itself would move traffic. */
function ownMoves(values: Values): Problem[] {
  const instead: Partial<Record<ConfigKey, string>> = {
    canary: "change sluice:stable, and Flagger tries that version before users get it",
    headerMatch: "sluice:rollout.match says which header",
    cookieMatch: "sluice:rollout.match says which cookie",
  };
  return moves
    .filter((key) => values[key] !== undefined)
    .map((key) => ({
      key,
      value: values[key],
      allowed: `has no meaning under rollout.driver flagger, as Flagger moves the traffic${instead[key] ? ` (${instead[key]})` : ""}: remove it`,
    }));
}

/** What the schema fills in where a stack says nothing. */
const defaultInconclusiveLimit = 10;

function unknownToFlagger(rollout: RolloutConfig): Problem[] {
  const { inconclusiveLimit } = rollout;
  const problem = (key: keyof RolloutConfig, why: string) => ({
    key: `rollout.${key}`,
    value: rollout[key],
    allowed: `has no meaning under rollout.driver flagger, ${why}`,
  });
  return [
    ...(rollout.steps ? [problem("steps", "which knows no steps by hand: use rollout.stepWeights")] : []),
    ...(["canaryReplicas", "maxReplicas"] as const)
      .filter((key) => rollout[key] !== undefined)
      .map((key) =>
        problem(key, "which gives the canary as many pods as stable has: remove it, or use rollout.driver sluice"),
      ),
    ...(rollout.bake === undefined
      ? []
      : [
          {
            ...problem("bake", "which ends a rollout with its promotion: remove it"),
            value: `${rollout.bake / 1000}s`,
          },
        ]),
    ...(rollout.git ? [problem("git", "which commits nothing: remove it")] : []),
    ...(inconclusiveLimit === defaultInconclusiveLimit
      ? []
      : [
          problem(
            "inconclusiveLimit",
            "which counts a check without a value as failed: remove it and see to rollout.threshold",
          ),
        ]),
  ];
}

function metricProblems(metric: MetricConfig, index: number, { prometheus }: RolloutConfig): Problem[] {
  const { name, query, web, job, source, compare } = metric;
  const at = (key: keyof MetricConfig, allowed: string) => ({
    key: `rollout.metrics.${index}.${key}`,
    value: metric[key],
    allowed,
  });
  // A query without Prometheus is told already, whoever drives.
  const isOrphan = !prometheus && query === undefined && !web && !job && source === undefined;
  return [
    ...(isOrphan
      ? [
          {
            key: "rollout.prometheus",
            value: undefined,
            allowed: `must be set under rollout.driver flagger, which sends no requests of its own: rollout.metrics.${index} (${name}) asks it; for no checks set rollout.metrics to []`,
          },
        ]
      : []),
    ...(source === "probe" || source === "controller"
      ? [at("source", "must be prometheus under rollout.driver flagger")]
      : []),
    ...(job ? [at("job", "has no meaning under rollout.driver flagger: use a webhook that runs the check")] : []),
    ...(web ? [at("web", "has no meaning under rollout.driver flagger, which Sluice has ask Prometheus alone")] : []),
    ...(compare
      ? [
          at(
            "compare",
            "has no meaning under rollout.driver flagger, which looks at the canary alone: use thresholdRange",
          ),
        ]
      : []),
    ...(query !== undefined && /\{\{\s*stable\s*\}\}/.test(query)
      ? [at("query", "must do without {{ stable }} under rollout.driver flagger, which knows no versions by name")]
      : []),
  ];
}

const elsewhere = "use slack or msteams, or a webhook of type event";

function hookProblems({ webhooks, alerts }: RolloutConfig): Problem[] {
  return [
    ...webhooks.flatMap(({ secretVariable }, index) =>
      secretVariable === undefined
        ? []
        : [
            {
              key: `rollout.webhooks.${index}.secretVariable`,
              value: secretVariable,
              allowed: "has no meaning under rollout.driver flagger, which signs nothing: remove it",
            },
          ],
    ),
    ...alerts.flatMap(({ type }, index) =>
      type === "slack" || type === "msteams"
        ? []
        : [
            {
              key: `rollout.alerts.${index}.type`,
              value: type,
              allowed: `must be slack or msteams under rollout.driver flagger, which does not know ${type}: ${elsewhere}`,
            },
          ],
    ),
  ];
}
