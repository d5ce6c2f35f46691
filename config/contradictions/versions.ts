import type { Values } from "../schema";
import type { Row } from "../wrong";

/**
 * Stable and canary must be versions of the stack, and not the same one, but in the middle of a promotion: a header rule
 * of a name alone then asks stable (`never`) while the canary still serves. Somebody must answer where users are led.
 *
 * @param consequence what happens if there are no pods behind stable.
 */
export function versionRows({ stable, canary, versions, headerMatch }: Values, consequence: string): Row[] {
  const isPromotion = headerMatch !== undefined && headerMatch.value === undefined && headerMatch.pattern === undefined;
  const isUnknown = (version: string | undefined) => version !== undefined && !Object.hasOwn(versions, version);
  const oneOf = `must be one of the versions: ${Object.keys(versions).join(", ")}`;
  return [
    ["stable", isUnknown(stable), oneOf],
    ["canary", isUnknown(canary), oneOf],
    ["canary", canary !== undefined && canary === stable && !isPromotion, "must be another version than stable"],
    [
      `versions.${stable}.replicas`,
      versions[stable ?? ""]?.replicas === 0,
      `must be at least 1: with no pod behind stable, ${consequence}`,
    ],
  ];
}
