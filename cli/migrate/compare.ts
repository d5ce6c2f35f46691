import type { StackConfig } from "../../config";
import type { Cluster } from "../../engine/engine";
import { jobFor, type Place } from "../../probe/ask-plan";
import { countVersions } from "../../probe/count-versions";
import { sendAll, type ProbeAnswer } from "../../probe/send-requests";
import type { StepContext } from "../../progress/step";
import { comparisonsOf, type Comparison } from "../../traffic/comparisons";
import type { PlanVerdict } from "../../traffic/verdict";
import { measureSplit, untilTakenUp } from "../verify-split";

/** A request that two routers answer differently. */
export interface Difference {
  readonly title: string;
  readonly old: string;
  readonly next: string;
  readonly planned: string;
}

/** The result of comparing two routers. */
export interface ComparisonResult {
  /** How many requests whose answer the plan decides were sent to each. */
  readonly compared: number;
  readonly differences: readonly Difference[];
  /** What the weight and each rule come to at both. */
  readonly splits: { readonly old: PlanVerdict; readonly next: PlanVerdict };
}

/** How many requests are in flight at once. */
const batch = 50;

/**
 * Sends the same requests to both addresses, one by one if the plan decides, and by share if a weight does; once
 * both have taken the plan up, or half a minute later.
 */
export async function compareRouters(
  cluster: Cluster,
  config: StackConfig,
  places: { readonly old: Place; readonly next: Place },
  requests: number,
  context: StepContext,
): Promise<ComparisonResult> {
  const { plan, versions } = config;
  const { report, signal } = context;
  if (plan.strategy === "replicaRatio") throw new Error("a replica ratio has no routes");
  const all = comparisonsOf(plan);
  const differences: Difference[] = [];
  const servedBy = async (some: readonly Comparison[], place: Place) => {
    const jobs = some.map(({ title, request }) =>
      jobFor(plan, { rule: title, request, shares: {}, isPlain: false }, place, 1),
    );
    const answers = await sendAll(cluster.profile?.client ?? [], jobs, signal);
    return answers.map((one) => whoServed(one, versions));
  };
  const measure = (place: Place) => measureSplit(cluster, config, place, requests, signal);
  for (const place of [places.old, places.next]) await untilTakenUp(() => measure(place), context);
  for (let from = 0; from < all.length; from += batch) {
    report(`${from} of ${all.length} requests compared, ${differences.length} differences`);
    const some = all.slice(from, from + batch);
    const [old, next] = await Promise.all([servedBy(some, places.old), servedBy(some, places.next)]);
    some.forEach(({ title, version = "status 404" }, index) => {
      const answers = { old: old[index] ?? "", next: next[index] ?? "" };
      if (answers.old !== answers.next || answers.old !== version)
        differences.push({ title, ...answers, planned: version });
    });
  }
  report("comparing the splits");
  const splits = { old: await measure(places.old), next: await measure(places.next) };
  return { compared: all.length, differences, splits };
}

function whoServed(answers: readonly ProbeAnswer[], versions: StackConfig["versions"]): string {
  const [version] = Object.keys(countVersions(answers, versions).counts);
  const [answer] = answers;
  return version ?? answer?.error ?? `status ${answer?.status}`;
}
