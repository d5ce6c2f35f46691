import { exampleOf } from "../../traffic/samples";
import { isProbed } from "../metric-source";
import type { Problem } from "../problems";
import type { RolloutConfig } from "../rollout";
import type { Values } from "../schema";
import { metricProblems } from "./metrics";

type Key = keyof RolloutConfig;

/** What contradicts itself in a stack's rollout settings, or has no meaning under its strategy. */
export function rolloutProblems({ rollout, strategy, retireIdle }: Values): Problem[] {
  if (!rollout) return [];
  if (strategy === "replicaRatio")
    return [
      {
        key: "rollout",
        value: rollout,
        allowed:
          "has no meaning under strategy replicaRatio, where no weight and no rule can be walked through: remove it, or use strategy canary",
      },
    ];
  return [
    ...layoutProblems(rollout, strategy),
    ...podProblems(rollout),
    ...deadlineProblems(rollout),
    ...bakeProblems(rollout),
    ...rollout.metrics.flatMap((metric, index) => metricProblems(metric, index, rollout)),
    ...doubleNames(rollout),
    ...unaskableMatch(rollout),
    ...(retireIdle === "keep"
      ? []
      : [
          {
            key: "retireIdle",
            value: retireIdle,
            allowed: "must be keep beside sluice:rollout: without pods of the idle color there is nothing to check",
          },
        ]),
    ...driverProblems(rollout),
  ];
}

/** The keys that lay out the steps, of which a rollout has one; `match` and `iterations` are a layout of their own. */
function layoutProblems(rollout: RolloutConfig, strategy: Values["strategy"]): Problem[] {
  const given = (["stepWeight", "stepWeights", "steps"] as const).filter((key) => rollout[key] !== undefined);
  const { match, iterations, steps, stepWeights, maxWeight } = rollout;
  const problem = (key: Key, allowed: string) => ({ key: `rollout.${key}`, value: rollout[key], allowed });
  if (strategy === "blueGreen")
    return [
      ...[...given, "match" as const, "canaryReplicas" as const, "maxReplicas" as const]
        .filter((key) => rollout[key] !== undefined)
        .map((key) =>
          problem(key, "has no meaning under strategy blueGreen, which switches all traffic at once: remove it"),
        ),
      ...(iterations === undefined
        ? [
            problem(
              "iterations",
              "must be set under strategy blueGreen: rounds of checks on the idle color before the switch",
            ),
          ]
        : []),
    ];
  const [first, second] = given;
  return [
    ...(first && second ? [problem(second, `must not stand beside rollout.${first}: each lays out the steps`)] : []),
    ...(first && iterations !== undefined
      ? [
          problem(
            "iterations",
            `must not stand beside rollout.${first}: it is for A/B tests, whose rounds have no weight`,
          ),
        ]
      : []),
    ...(match && iterations === undefined
      ? [problem("match", "must stand beside rollout.iterations: the rounds of checks that must pass")]
      : []),
    ...(iterations !== undefined && !match
      ? [
          problem(
            "iterations",
            "must stand beside rollout.match under strategy canary: who sees the canary in an A/B test",
          ),
        ]
      : []),
    ...(given.length === 0 && iterations === undefined && !match
      ? [problem("stepWeight", "must be set, or stepWeights, steps, or match with iterations: how the rollout goes")]
      : []),
    ...[...(stepWeights ?? []), ...(steps ?? []).map(({ weight }) => weight ?? 0)]
      .filter((weight) => weight > maxWeight)
      .map((weight) => ({
        key: `rollout.${stepWeights ? "stepWeights" : "steps"}`,
        value: weight,
        allowed: `must not go above rollout.maxWeight, which is ${maxWeight}`,
      })),
  ];
}

function podProblems({ canaryReplicas, maxReplicas, steps }: RolloutConfig): Problem[] {
  const orphan = maxReplicas !== undefined && canaryReplicas === undefined;
  const crossed = maxReplicas !== undefined && canaryReplicas !== undefined && maxReplicas < canaryReplicas;
  const double = canaryReplicas !== undefined && steps?.some(({ replicas }) => replicas !== undefined);
  return [
    ...(orphan
      ? [{ key: "rollout.maxReplicas", value: maxReplicas, allowed: "has no meaning without rollout.canaryReplicas" }]
      : []),
    ...(crossed
      ? [
          {
            key: "rollout.maxReplicas",
            value: maxReplicas,
            allowed: `must be at least rollout.canaryReplicas, ${canaryReplicas}`,
          },
        ]
      : []),
    ...(double
      ? [
          {
            key: "rollout.canaryReplicas",
            value: canaryReplicas,
            allowed: "must not stand beside replicas of single steps",
          },
        ]
      : []),
  ];
}

function deadlineProblems({ interval, progressDeadline }: RolloutConfig): Problem[] {
  if (progressDeadline > interval) return [];
  return [
    {
      key: "rollout.progressDeadline",
      value: `${progressDeadline / 1000}s`,
      allowed: `must be longer than rollout.interval, ${interval / 1000}s: the first check would come too late`,
    },
  ];
}

function bakeProblems({ interval, bake = interval }: RolloutConfig): Problem[] {
  if (bake >= interval) return [];
  return [
    {
      key: "rollout.bake",
      value: `${bake / 1000}s`,
      allowed: `must be at least rollout.interval, ${interval / 1000}s: a shorter one would end before its first check`,
    },
  ];
}

/** An A/B test among users whom no request of Sluice's own can stand for: each round would be inconclusive. */
function unaskableMatch({ driver, match, metrics, prometheus }: RolloutConfig): Problem[] {
  const header = match?.headerMatch;
  const isAsked = metrics.length === 0 || metrics.some((metric) => isProbed(metric, { prometheus }));
  if (driver === "flagger" || header?.pattern === undefined || !isAsked || exampleOf(header) !== undefined) return [];
  return [
    {
      key: "rollout.match.headerMatch.pattern",
      value: header.pattern,
      allowed:
        "must be a pattern to which Sluice can make a value, as its own requests judge this rollout: write it without (?= and the like, name a value, or judge by metrics of source prometheus",
    },
  ];
}

/** Messages and history tell metrics, webhooks and alerts by their names. */
function doubleNames({ metrics, webhooks, alerts }: RolloutConfig): Problem[] {
  return Object.entries({ metrics, webhooks, alerts }).flatMap(([list, all]) =>
    all
      .map(({ name }, index) => ({ name, index }))
      .filter(({ name, index }) => all.findIndex((one) => one.name === name) !== index)
      .map(({ name, index }) => ({
        key: `rollout.${list}.${index}.name`,
        value: name,
        allowed: "must be another one than those before it",
      })),
  );
}

function driverProblems({ driver, flagger, prometheus }: RolloutConfig): Problem[] {
  if (driver === "flagger") return [];
  const { service, tokenVariable } = prometheus ?? {};
  const allowed = "has no meaning under rollout.driver sluice: remove it";
  const token = "has no meaning beside service: the API server, through which it is asked, passes no token on";
  return [
    ...(flagger ? [{ key: "rollout.flagger", value: flagger, allowed }] : []),
    ...(service && tokenVariable !== undefined
      ? [{ key: "rollout.prometheus.tokenVariable", value: tokenVariable, allowed: token }]
      : []),
  ];
}
