import { inSeconds } from "../durations";
import type { Problem } from "../problems";
import type { RolloutConfig } from "../rollout";
import type { Values } from "../schema";
import { wrongOnes, type Row } from "../wrong";

const byPods = "has no meaning under strategy replicaRatio, whose steps are numbers of pods";

const uncounted =
  "must be metrics with query, web or job under strategy replicaRatio, or [] for none: behind a Service no controller counts requests by version, and Sluice can't send requests to one version";

const layouts = ["stepWeight", "stepWeights", "match", "iterations", "canaryReplicas", "maxReplicas"] as const;

/** What of a rollout's settings has no meaning where pods make the share: steps are numbers of pods, and other metrics judge. */
export function podProblems(values: Values, { steps, standIns, metrics, bake, ...rollout }: RolloutConfig): Problem[] {
  const problems = wrongOnes(values, [
    ...layouts.map((key): Row => [`rollout.${key}`, rollout[key] !== undefined, `${byPods}: use rollout.steps`]),
    ["rollout.maxWeight", rollout.maxWeight !== 100, `${byPods}: use rollout.steps`],
    [
      "rollout.steps",
      steps === undefined,
      "must be set under strategy replicaRatio: the canary's pods at each step, for example [{ replicas: 1 }, { replicas: 2 }]",
    ],
    ...(steps ?? []).flatMap((step, index) => stepRows(step, `rollout.steps.${index}`, steps?.[index - 1])),
    [
      "rollout.bake",
      bake !== undefined,
      "has no meaning under strategy replicaRatio, whose promotion updates the predecessor's pods: remove it",
      inSeconds(bake ?? 0),
    ],
    ...metrics.map(({ query, web, job }, index): Row => [
      `rollout.metrics.${index}`,
      !standIns && query === undefined && !web && !job,
      uncounted,
    ]),
  ]);
  return standIns ? [...problems, { key: "rollout.metrics", value: undefined, allowed: uncounted }] : problems;
}

type Step = NonNullable<RolloutConfig["steps"]>[number];

function stepRows(step: Step, place: string, before: Step | undefined): Row[] {
  const { replicas } = step;
  const least = before?.replicas ?? 1;
  return [
    ...(["weight", "headerMatch", "cookieMatch"] as const).map((key): Row => [
      `${place}.${key}`,
      step[key] !== undefined,
      `${byPods}: remove it`,
    ]),
    [
      `${place}.replicas`,
      replicas === undefined || replicas < least,
      `must be at least ${least}: each step has as many pods of the canary as the one before, or more`,
    ],
  ];
}
