import type { Problem } from "../problems";
import type { Values } from "../schema";

/** Stable and canary must be versions of the stack, and not the same one. */
export function versionProblems({ stable, canary, versions }: Values): Problem[] {
  const names = Object.keys(versions);
  const oneOf = `must be one of the versions: ${names.join(", ")}`;
  return [
    ...(stable !== undefined && !names.includes(stable) ? [{ key: "stable", value: stable, allowed: oneOf }] : []),
    ...(canary !== undefined && !names.includes(canary) ? [{ key: "canary", value: canary, allowed: oneOf }] : []),
    ...(canary !== undefined && canary === stable
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
