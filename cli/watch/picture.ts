import type { Chart } from "../../rollout/charts";
import { latencyOf, type Latency } from "../../traffic/latency";
import type { TrafficRequest } from "../../traffic/model";
import type { Sample } from "../../traffic/samples";
import { judgeSplit, type Verdict } from "../../traffic/verdict";
import { requestsToTell, standingOf, type Standing } from "./standing";
import { sumTallies } from "./tally";
import type { Round } from "./window";

/** One rule of the plan, and what the requests in the window say of it. */
export interface WatchedRule {
  /** The rule in plain English: `no rule`, `header Region = shenzhen`. */
  readonly rule: string;
  /** The request that shows it. */
  readonly request: TrafficRequest;
  /** The port that is asked. */
  readonly port: number;
  readonly verdict: Verdict;
  readonly standing: Standing;
  /** How many requests in a window tell whether it is as planned. */
  readonly needed: number;
  /** Nothing if no answer came. */
  readonly latency?: Latency;
}

/** Everything that is shown at one moment. */
export interface Picture {
  readonly stack: string;
  readonly address: string;
  readonly port: number;
  /** The plan that the cluster has, as sentences, a line each. */
  readonly plan: readonly string[];
  /** The same on one line. */
  readonly summary: string;
  readonly rules: readonly WatchedRule[];
  /** True if every rule is. */
  readonly asPlanned: boolean;
  /** What a user should know besides, a line each. */
  readonly notes: readonly string[];
  /** How the rollout that is under way went so far; none without one. */
  readonly charts: readonly Chart[];
  /** Requests per second. */
  readonly rate: number;
  /** Seconds of the window. */
  readonly window: number;
  /** Seconds since the watch began. */
  readonly elapsed: number;
}

/** A picture's inputs, without the requests' results. */
export interface Scene extends Omit<Picture, "rules" | "asPlanned"> {
  /** The plan's rules, the plain requests first. */
  readonly samples: readonly Sample[];
}

/** The picture of a scene, by the rounds in the window. */
export function pictureOf({ samples, ...scene }: Scene, rounds: readonly Round[]): Picture {
  const rules = samples.map(({ rule, request, shares, nodePort }, index): WatchedRule => {
    const { counts, failures, milliseconds } = sumTallies(rounds.flatMap(({ tallies }) => tallies[index] ?? []));
    const verdict = judgeSplit(shares, counts, failures);
    const needed = requestsToTell(shares);
    const standing = standingOf(verdict, needed);
    return { rule, request, port: nodePort ?? scene.port, verdict, standing, needed, latency: latencyOf(milliseconds) };
  });
  return { ...scene, rules, asPlanned: rules.every(({ standing }) => standing === "as planned") };
}
