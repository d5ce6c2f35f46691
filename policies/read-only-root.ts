import type { ResourceValidationPolicy } from "@pulumi/policy";
import { productionPractice } from "./support/frameworks";
import { allContainers, placeOf, podsOf } from "./support/pods";
import { eachOf } from "./support/unknowns";

/**
 * Stops containers that may write to their own image: an intruder can leave a program there, and what an application
 * writes there fills its node's disk unseen. Folders that it needs are volumes; for production, so it is off until a pack
 * config sets its level.
 *
 * @see https://kubernetes.io/docs/concepts/security/security-checklist/
 */
export const readOnlyRoot: ResourceValidationPolicy = {
  name: "read-only-root",
  description: "In production, no container writes to its image.",
  enforcementLevel: "disabled",
  severity: "medium",
  framework: productionPractice,
  validateResource(args, report) {
    const pods = podsOf(args);
    if (!pods) return;
    eachOf(allContainers(pods.spec), ({ name, securityContext = {} }) => {
      if (securityContext.readOnlyRootFilesystem !== true)
        report(
          `${pods.title}, container ${name}: securityContext.readOnlyRootFilesystem is not true: set it in ` +
            `${placeOf(pods, "securityContext.readOnlyRootFilesystem", "readOnlyRootFilesystem")}, and give the folders ` +
            `that it writes to an emptyDir.`,
        );
    });
  },
};
