import { isDeepStrictEqual } from "node:util";
import { isSameData } from "../values/same-data";
import type { Identities } from "./identity";
import { changedInPlace, type InPlaceChange } from "./in-place";
import { isUnreachable, mainVersion, type TrafficPlan } from "./plan";
import type { LastUpdate } from "./previous-stable";
import { isWayBack } from "./way-back";

/** What an update is for users: nothing, fewer requests for a version on trial or the version before again, or a release. */
export type UpdateKind = "same" | "way back" | "release";

/** An update compared with the last one, for policies, which can't compare anything themselves. It has no digest. */
export interface Comparison extends Omit<LastUpdate, "versions"> {
  readonly kind: UpdateKind;
  /** The versions that change, with users or without. */
  readonly changed: readonly string[];
  /** Those of them that change under their users. */
  readonly inPlace: readonly InPlaceChange[];
}

/** Compares a plan and its versions with what the last update left. */
export function compareWith(last: LastUpdate, plan: TrafficPlan, versions: Identities): Comparison {
  const { versions: before, ...told } = last;
  const inPlace = changedInPlace(last, plan, versions);
  const changed = Object.keys(versions).filter(
    (version) => before?.[version] && before[version].digest !== versions[version]?.digest,
  );
  return { ...told, kind: kindOf(last, plan, inPlace), changed, inPlace };
}

function kindOf(last: LastUpdate, plan: TrafficPlan, inPlace: readonly InPlaceChange[]): UpdateKind {
  if (inPlace.length > 0) return "release";
  if (isSameData(last.plan, plan)) return "same";
  const hadIt = [mainVersion(last.plan), last.previousStable].includes(mainVersion(plan));
  const isBack = hadIt && !isTried(plan) && isDeepStrictEqual(addressesOf(last.plan), addressesOf(plan));
  return isBack || isWayBack(last.plan, plan) ? "way back" : "release";
}

/** True if a plan sends anybody to a version on trial. */
function isTried(plan: TrafficPlan): boolean {
  return plan.strategy !== "blueGreen" && plan.canary !== undefined && !isUnreachable(plan);
}

function addressesOf(plan: TrafficPlan): unknown {
  return plan.strategy === "canary" ? plan.routes : [plan.strategy === "blueGreen" ? plan.routes : [], plan.nodePort];
}
