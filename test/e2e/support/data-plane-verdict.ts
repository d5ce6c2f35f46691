import { explainPlan } from "../../../traffic/explain";
import { routeRequest, type TrafficRequest } from "../../../traffic/model";
import { judgeSplit } from "../../../traffic/verdict";
import type { VersionCounts } from "../../../probe/count-versions";
import type { Shares } from "../../../traffic/shares";
import type { PlacedPlan } from "./data-plane";

/**
 * Holds who served a request against what the model says of it.
 *
 * @param served a version, a status or an error, as `serve` tells it.
 * @returns in words where they disagree; nothing where they agree.
 */
export function disagreement(placed: PlacedPlan, request: TrafficRequest, served: string): string | undefined {
  const { status, shares, because } = routeRequest(placed.plan, request);
  const agrees = status === undefined ? (shares[served] ?? 0) > 0 : served === String(status);
  if (agrees) return undefined;
  const model = `${JSON.stringify(status ?? shares)} (${because})`;
  return [describePlan(placed), `request: ${JSON.stringify(request)}`, `model: ${model}`, `came: ${served}`].join("\n");
}

/** Holds counted requests against planned shares; see {@link disagreement}. */
export function wrongSplit(placed: PlacedPlan, shares: Shares, counts: VersionCounts | undefined): string | undefined {
  const verdict = judgeSplit(shares, counts?.counts ?? {}, counts?.failures);
  return verdict.asPlanned ? undefined : `${describePlan(placed)}\n${JSON.stringify(verdict)}`;
}

function describePlan({ name, plan }: PlacedPlan): string {
  return [`plan ${name}: ${JSON.stringify(plan)}`, ...explainPlan(plan)].join("\n");
}
