import type { Problem } from "../problems";
import type { Values } from "../schema";

/**
 * Stable and canary must be versions of the stack, and not the same one, but in the middle of a promotion: a header rule
 * of a name alone then asks stable (`never`) while the canary still serves.
 */
export function versionProblems({ stable, canary, versions, headerMatch }: Values): Problem[] {
  const isPromotion = headerMatch !== undefined && headerMatch.value === undefined && headerMatch.pattern === undefined;
  const names = Object.keys(versions);
  const oneOf = `must be one of the versions: ${names.join(", ")}`;
  return [
    ...(stable !== undefined && !names.includes(stable) ? [{ key: "stable", value: stable, allowed: oneOf }] : []),
    ...(canary !== undefined && !names.includes(canary) ? [{ key: "canary", value: canary, allowed: oneOf }] : []),
    ...(canary !== undefined && canary === stable && !isPromotion
      ? [{ key: "canary", value: canary, allowed: "must be another version than stable" }]
      : []),
  ];
}

/** Somebody must answer where users are led. */
export function emptyStable({ stable = "", versions }: Values, consequence: string): Problem[] {
  if (versions[stable]?.replicas !== 0) return [];
  const allowed = `must be at least 1: with no pod behind stable, ${consequence}`;
  return [{ key: `versions.${stable}.replicas`, value: 0, allowed }];
}
