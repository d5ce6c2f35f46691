import { z } from "zod";
import { duration } from "./durations";
import { label, oneOf, someOf, someText, strictObject, text, wholeNumber } from "./fields";
import { probe } from "./probe";
import { alert, webhook } from "./rollout-hooks";
import { judgedMetrics, limitedMetrics, metric, prometheus } from "./rollout-metrics";
import { cookieMatch, headerMatch } from "./rules";

/** Which users see the canary in an A/B test: those whom a header or a cookie chooses. */
const match = strictObject({ headerMatch: headerMatch.optional(), cookieMatch: cookieMatch.optional() }).refine(
  (rules) => rules.headerMatch !== undefined || rules.cookieMatch !== undefined,
  {
    message: "must have headerMatch, cookieMatch or both: without a rule nobody would see the canary",
  },
);

const weight = (lowest: number) => wholeNumber(lowest, 100, " (percent of requests)");
const stepWeightsAllowed = "must be a list of weights from 1 to 100, each greater than the one before";

const pauseAllowed = "must be approval, or a duration from 1s to 24h such as 30s";
const pause = z.union([z.literal("approval"), duration("1s", "24h", pauseAllowed)], pauseAllowed);

/** One step of a rollout that is laid out by hand. */
const step = strictObject({
  /** The canary's weight from this step on, 0 to 100 percent; the one before by default, 0 at first. */
  weight: weight(0).optional(),
  /** A header rule that holds from this step on. */
  headerMatch: headerMatch.optional(),
  /** A cookie rule that holds from this step on. */
  cookieMatch: cookieMatch.optional(),
  /** How many rounds of checks in a row must pass before the next step; 1 by default. */
  checks: wholeNumber(1, 1000, " (rounds of checks)").optional(),
  /** How long the step lasts at least, or `approval`: until `sluice approve`. */
  pause: pause.optional(),
  /** How many pods the canary has in this step; its version's own number by default, required under `replicaRatio`. */
  replicas: wholeNumber(1, 1000, " (pods)").optional(),
});

/** The names that git takes for a branch, except for one that begins with - (git-check-ref-format). */
const branchName = /^(?![-/])(?!.*(?:\.\.|\/\/|@\{|\/\.|\.lock(?:\/|$)))[^\s\p{Cc}~^:?*[\\]+(?<![./])$/u;

/** The branch to which the steps of rollouts are committed. */
const git = strictObject(
  {
    /** The branch that gets the commits: not the one that is checked out, unless it is pushed. */
    branch: text(branchName, "must be a name that git takes for a branch"),
    /** The remote that has the branch, such as origin; the commits stay in this repository if it is left out. */
    push: text(/^\w[\w.-]*$/, "must be a remote's name such as origin").optional(),
  },
  "must be a map of branch and push, for example { branch: releases, push: origin }",
);

/** The settings as a stack has them, each by itself. */
const settings = strictObject(
  {
    /** Who drives: `sluice` (by default), or `flagger` in the cluster. */
    driver: oneOf("sluice", "flagger").default("sluice"),
    /** Time between two rounds of checks, from 1s; 60s by default. Flagger raises less than 10s to 10s. */
    interval: duration("1s", "1h").default(60_000),
    /** How much the weight grows at each step, 1 to 100 percent. */
    stepWeight: weight(1).optional(),
    /** The weights one by one, instead of `stepWeight`; each greater than the one before. */
    stepWeights: someOf(weight(1), stepWeightsAllowed)
      .refine((all) => all.every((one, index) => one > (all[index - 1] ?? 0)), stepWeightsAllowed)
      .optional(),
    /** The weight from which the canary is promoted, 1 to 100 percent; 100 by default. */
    maxWeight: weight(1).default(100),
    /** The steps laid out by hand, instead of `stepWeight` or `stepWeights`. */
    steps: someOf(step, "must be a list of steps", "must have at least one step")
      .refine(
        (all) => isRising(all.map((one) => one.weight)),
        "must have weights that never fall: a rollout only goes up, and back at once",
      )
      .optional(),
    /** The users of an A/B test; with `iterations`. */
    match: match.optional(),
    /** Rounds of checks that must pass in an A/B test, or on the idle color of a blue-green release before the switch. */
    iterations: wholeNumber(1, 1000, " (rounds of checks)").optional(),
    /** How many failed rounds of checks bring the rollback, 1 or more; 1 by default. */
    threshold: wholeNumber(1, 1000, " (failed rounds of checks)").default(1),
    /** How many rounds in a row may be impossible to judge (Prometheus is down) until the rollback; 10 by default. */
    inconclusiveLimit: wholeNumber(1, 1000, " (rounds of checks)").default(10),
    /** The longest time without progress until the rollback; waiting for people or data is not counted; 10m by default. */
    progressDeadline: duration("1s", "24h").default(600_000),
    /**
     * How long the new version is still judged after its promotion, 1s to 24h; not at all by default. Meanwhile its
     * predecessor keeps its pods, and a failure rolls all users back to it by one patch.
     */
    bake: duration("1s", "24h").optional(),
    /** How many pods the canary has at the first step, and how many more at each step after. */
    canaryReplicas: wholeNumber(1, 1000, " (pods)").optional(),
    /** The most pods that the canary gets by `canaryReplicas`. */
    maxReplicas: wholeNumber(1, 1000, " (pods)").optional(),
    /** Where metrics are asked for; without it the built-in ones are measured by requests of Sluice's own. */
    prometheus: prometheus.optional(),
    /**
     * What is checked in each round; `[]` for nothing. By default errors and durations are compared with stable's, and a
     * success rate of at least 99% is asked for where nobody can be compared with.
     */
    metrics: z.array(metric, "must be a list of metrics").optional(),
    /** What requests of Sluice's own are like, for metrics that are measured by them. */
    probe: probe.optional(),
    /** Whom the rollout asks and tells by HTTP, and what their answers mean. */
    webhooks: z.array(webhook, "must be a list of webhooks").default([]),
    /** Where people are told what happens. */
    alerts: z.array(alert, "must be a list of alerts").default([]),
    /** Where each step and rollback is committed to the stack's file, behind what the rollout does; nowhere by default. */
    git: git.optional(),
    /** Flagger itself, by its chart, where driver `flagger` is to bring it. */
    flagger: strictObject({
      /** The chart: a folder, an archive or a name in `repository`. */
      chart: someText("must be a text").optional(),
      /** The chart's version. */
      version: z.string("must be a text").optional(),
      /** The namespace that it is installed in; `flagger-system` by default. */
      namespace: label.default("flagger-system"),
    }).optional(),
  },
  "must be a map, for example { interval: 10s, stepWeight: 20, threshold: 3 }",
);

/**
 * How a stack's rollouts go: `sluice rollout` walks through the steps, and with driver `flagger` Flagger does.
 *
 * @see https://docs.flagger.app/usage/how-it-works whose words these are
 */
export const rollout = settings.transform(({ metrics, ...others }) => {
  // Flagger compares with nobody, and rounds without weights have no users of the same kind on both sides.
  const isJudged = others.driver === "sluice" && others.iterations === undefined;
  return {
    ...others,
    metrics: metrics ?? (isJudged ? judgedMetrics : limitedMetrics),
    /** What is checked instead while the metrics can't be measured, or no users come; nothing where the stack names metrics. */
    ...(metrics === undefined && isJudged && { standIns: limitedMetrics }),
  };
});

/** A stack's rollout settings, with defaults filled in; durations in milliseconds. */
export type RolloutConfig = z.output<typeof rollout>;

function isRising(weights: readonly (number | undefined)[]): boolean {
  let last = 0;
  return weights.every((one) => {
    const rises = one === undefined || one >= last;
    last = one ?? last;
    return rises;
  });
}

/** Seconds that pods have to become ready where nothing else is said. */
const usualSeconds = 300;

/** Seconds that pods have to become ready: as long as a rollout waits for progress, and no less than five minutes. */
export function secondsToReady(rollout: Pick<RolloutConfig, "progressDeadline"> | undefined): number {
  return Math.max(usualSeconds, Math.ceil((rollout?.progressDeadline ?? 0) / 1000));
}
