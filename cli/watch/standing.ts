import { confidence } from "../../traffic/interval";
import type { Shares } from "../../traffic/shares";
import type { Verdict } from "../../traffic/verdict";

/** The verdicts that counted requests allow on a rule. */
export type Standing = "as planned" | "not as planned" | "too few";

/**
 * How many requests tell the planned shares from a split in which the version with the smaller share serves nobody; and
 * where one version is to serve all, from a split by halves.
 */
export function requestsToTell(shares: Shares): number {
  const smallest = Math.min(0.5, ...Object.values(shares).map((share) => distance(share)));
  return Math.floor(Math.log((1 - confidence) / 2) / Math.log(1 - smallest)) + 1;
}

/** How far a share is from none or all, whichever is nearer; half if it is either, which rules out nothing. */
function distance(share: number): number {
  return share <= 0 || share >= 1 ? 0.5 : Math.min(share, 1 - share);
}

/** A few requests suffice to report a failure or a count outside its interval, but not to report that all is well. */
export function standingOf({ requests, failures, versions }: Verdict, needed: number): Standing {
  if (requests === 0) return "too few";
  if (Object.keys(failures).length > 0 || versions.some(({ asPlanned }) => !asPlanned)) return "not as planned";
  return requests < needed ? "too few" : "as planned";
}

/** The same for people. */
export function standingInWords(standing: Standing, needed: number): string {
  return standing === "too few" ? `too few requests to tell (${needed} needed)` : standing;
}
