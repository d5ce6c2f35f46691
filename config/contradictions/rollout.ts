import { exampleOf } from "../../traffic/samples";
import { inSeconds } from "../durations";
import { isProbed } from "../rollout-metrics";
import type { Problem } from "../problems";
import type { RolloutConfig } from "../rollout";
import type { Values } from "../schema";
import { wrongOnes, type Row } from "../wrong";
import { metricRows } from "./metrics";
import { podProblems } from "./rollout-pods";

/** What contradicts itself in a stack's rollout settings, or has no meaning under its strategy. */
export function rolloutProblems(values: Values): Problem[] {
  const { rollout, strategy } = values;
  if (!rollout) return [];
  return [
    ...(strategy === "replicaRatio" ? podProblems(values, rollout) : []),
    ...wrongOnes(values, [
      ...rowsBy[strategy](rollout),
      ...settingRows(values, rollout),
      ...rollout.metrics.flatMap((metric, index) => metricRows(metric, `rollout.metrics.${index}`, rollout)),
      ...doubleNames(rollout),
    ]),
  ];
}

const rowsBy = { canary: layoutRows, blueGreen: switchRows, replicaRatio: () => [] };

/** The keys that lay out the steps, of which a rollout has one; `match` and `iterations` are a layout of their own. */
const layouts = ["stepWeight", "stepWeights", "steps"] as const;

function switchRows(rollout: RolloutConfig): Row[] {
  const others = [...layouts, "match", "canaryReplicas", "maxReplicas"] as const;
  return [
    ...others.map((key): Row => [
      `rollout.${key}`,
      rollout[key] !== undefined,
      "has no meaning under strategy blueGreen, which switches all traffic at once: remove it",
    ]),
    [
      "rollout.iterations",
      rollout.iterations === undefined,
      "must be set under strategy blueGreen: rounds of checks on the idle color before the switch",
    ],
  ];
}

function layoutRows(rollout: RolloutConfig): Row[] {
  const { match, iterations, steps, stepWeights, maxWeight } = rollout;
  const [first, second] = layouts.filter((key) => rollout[key] !== undefined);
  const weights = stepWeights ?? (steps ?? []).map(({ weight }) => weight ?? 0);
  const hasRounds = iterations !== undefined;
  return [
    [`rollout.${second}`, second, `must not stand beside rollout.${first}: each lays out the steps`],
    [
      "rollout.iterations",
      first && hasRounds,
      `must not stand beside rollout.${first}: it is for A/B tests, whose rounds have no weight`,
    ],
    ["rollout.match", match && !hasRounds, "must stand beside rollout.iterations: the rounds of checks that must pass"],
    [
      "rollout.iterations",
      hasRounds && !match,
      "must stand beside rollout.match under strategy canary: who sees the canary in an A/B test",
    ],
    [
      "rollout.stepWeight",
      !first && !hasRounds && !match,
      "must be set, or stepWeights, steps, or match with iterations: how the rollout goes",
    ],
    ...weights.map((weight): Row => [
      `rollout.${stepWeights ? "stepWeights" : "steps"}`,
      weight > maxWeight,
      `must not go above rollout.maxWeight, which is ${maxWeight}`,
      weight,
    ]),
  ];
}

function settingRows({ retireIdle }: Values, rollout: RolloutConfig): Row[] {
  const { interval, progressDeadline, bake = interval, canaryReplicas = Infinity, maxReplicas = Infinity } = rollout;
  const { driver, flagger, prometheus, probe, standIns, steps = [], match, metrics } = rollout;
  const header = match?.headerMatch;
  const isAsked = metrics.length === 0 || metrics.some((metric) => isProbed(metric, rollout));
  return [
    [
      "rollout.maxReplicas",
      rollout.maxReplicas !== undefined && rollout.canaryReplicas === undefined,
      "has no meaning without rollout.canaryReplicas",
    ],
    [
      "rollout.maxReplicas",
      rollout.canaryReplicas !== undefined && maxReplicas < canaryReplicas,
      `must be at least rollout.canaryReplicas, ${canaryReplicas}`,
    ],
    [
      "rollout.canaryReplicas",
      rollout.canaryReplicas !== undefined && steps.some(({ replicas }) => replicas !== undefined),
      "must not stand beside replicas of single steps",
    ],
    [
      "rollout.progressDeadline",
      progressDeadline <= interval,
      `must be longer than rollout.interval, ${inSeconds(interval)}: the first check would come too late`,
      inSeconds(progressDeadline),
    ],
    [
      "rollout.bake",
      bake < interval,
      `must be at least rollout.interval, ${inSeconds(interval)}: a shorter one would end before its first check`,
      inSeconds(bake),
    ],
    [
      "retireIdle",
      retireIdle !== "keep",
      "must be keep beside sluice:rollout: without pods of the idle color there is nothing to check",
    ],
    // Each round would be inconclusive: no request of Sluice's own can stand for these users.
    [
      "rollout.match.headerMatch.pattern",
      driver !== "flagger" && header?.pattern !== undefined && isAsked && exampleOf(header) === undefined,
      "must be a pattern to which Sluice can make a value, as its own requests judge this rollout: write it without (?= and the like, name a value, or judge by metrics of source prometheus",
    ],
    [
      "rollout.probe",
      probe &&
        !(driver === "sluice" && (standIns !== undefined || metrics.some((metric) => isProbed(metric, rollout)))),
      "has no meaning here: no metric has source probe",
    ],
    ["rollout.flagger", driver !== "flagger" && flagger, "has no meaning under rollout.driver sluice: remove it"],
    [
      "rollout.prometheus.tokenVariable",
      driver !== "flagger" && prometheus?.service && prometheus.tokenVariable !== undefined,
      "has no meaning beside service: the API server, through which it is asked, passes no token on",
    ],
  ];
}

/** Messages and history tell metrics, webhooks and alerts by their names. */
function doubleNames({ metrics, webhooks, alerts }: RolloutConfig): Row[] {
  return Object.entries({ metrics, webhooks, alerts }).flatMap(([list, all]) =>
    all.map(({ name }, index): Row => [
      `rollout.${list}.${index}.name`,
      all.findIndex((one) => one.name === name) !== index,
      "must be another one than those before it",
    ]),
  );
}
