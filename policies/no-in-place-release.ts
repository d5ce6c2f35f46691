import type { ResourceValidationPolicy } from "@pulumi/policy";
import { gradualRelease } from "./support/frameworks";
import { releaseOf } from "./support/plans";

/**
 * Stops a version from becoming something else under its users: another image or another pod template under the same name is
 * a release to all of them at once, whatever the weight says; for production, so it is off until a pack config sets its level.
 *
 * Versions that nobody is served by may change, and so may all if Flagger makes a canary of each change.
 */
export const noInPlaceRelease: ResourceValidationPolicy = {
  name: "no-in-place-release",
  description: "In production, a version that users have keeps its image and its pods' template.",
  enforcementLevel: "disabled",
  severity: "high",
  framework: gradualRelease,
  validateResource(args, report) {
    const release = releaseOf(args);
    for (const { version, percent, images } of release?.last.inPlace ?? []) {
      const who = percent === 0 ? "those whom a rule sends to it" : `the ${Number(percent.toFixed(2))}% who have it`;
      const [before, after] = [images.before.join(", "), images.after.join(", ")];
      const what = before === after ? "another pod template" : `${after} in place of ${before}`;
      report(
        `${version} would get ${what}, at once for ${who}: leave ${version} as it is, add the change as another version to ` +
          `sluice:versions, and bring that one to users step by step by sluice rollout --to, or by sluice shift.`,
      );
    }
  },
};
