import type { Identities } from "./identity";
import type { TrafficPlan } from "./plan";
import type { LastUpdate } from "./previous-stable";
import { plainShares } from "./shares";

/** A version that changes under its users: a release without a canary. */
export interface InPlaceChange {
  readonly version: string;
  /** Percent of the requests that no rule decides, as the version serves them before and after. */
  readonly percent: number;
  /** The version's images before and after; the same if something else of its pods changes. */
  readonly images: { readonly before: readonly string[]; readonly after: readonly string[] };
}

/**
 * The versions that an update changes under their users: those with another digest that serve somebody before and after it.
 *
 * Flagger makes a canary of each change itself, so there is none under its control.
 */
export function changedInPlace(last: LastUpdate | undefined, plan: TrafficPlan, versions: Identities): InPlaceChange[] {
  if (!last?.versions || (plan.strategy === "canary" && plan.mover)) return [];
  return Object.entries(versions).flatMap(([version, now]) => {
    const before = last.versions?.[version];
    if (!before || before.digest === now.digest) return [];
    if (!isServed(last.plan, version) || !isServed(plan, version)) return [];
    const percent = Math.min(percentOf(last.plan, version), percentOf(plan, version));
    return [{ version, percent, images: { before: before.images, after: now.images } }];
  });
}

/** `v1 changes for the 90% of users who have it: nginx:1 → nginx:3`. */
export function explainInPlace({ version, percent, images }: InPlaceChange): string {
  const who =
    percent === 0 ? "users that a rule sends to it" : `the ${Number(percent.toFixed(2))}% of users who have it`;
  return `${version} changes for ${who}: ${explainImages(images)}`;
}

function explainImages({ before, after }: InPlaceChange["images"]): string {
  const changed = after.flatMap((image, index) => (image === before[index] ? [] : [`${before[index]} → ${image}`]));
  return changed.length > 0 ? changed.join(", ") : "its pod template changes";
}

function percentOf(plan: TrafficPlan, version: string): number {
  return 100 * (plainShares(plan)[version] ?? 0);
}

/** True if a share or a rule sends users to the version. */
function isServed(plan: TrafficPlan, version: string): boolean {
  if (percentOf(plan, version) > 0) return true;
  if (plan.strategy !== "canary" || plan.canary?.version !== version) return false;
  const { header, cookie, clients = [] } = plan.canary;
  return header !== undefined || cookie !== undefined || clients.length > 0;
}
