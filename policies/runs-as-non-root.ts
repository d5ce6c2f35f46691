import type { ResourceValidationPolicy } from "@pulumi/policy";
import { exemptionsSchema, isExempt, noExemptions } from "./support/exemptions";
import { allContainers, placeOf, podsOf } from "./support/pods";
import { settingsOf } from "./support/settings";
import { eachOf } from "./support/unknowns";

/**
 * Stops containers that may run as root, by the rules "Running as Non-root" and "Running as Non-root user" of Kubernetes'
 * restricted pod security standard.
 *
 * @see https://kubernetes.io/docs/concepts/security/pod-security-standards/#restricted
 */
export const runsAsNonRoot: ResourceValidationPolicy = {
  name: "runs-as-non-root",
  description: "Every container must run as a user other than root.",
  enforcementLevel: "mandatory",
  configSchema: { properties: exemptionsSchema },
  validateResource(args, report) {
    const pods = podsOf(args);
    if (!pods || isExempt(pods.object, settingsOf(args, noExemptions))) return;
    eachOf(allContainers(pods.spec), ({ name, securityContext: own = {} }) => {
      // What a container says wins over its pod.
      const { securityContext: shared = {} } = pods.spec;
      const runAsNonRoot = own.runAsNonRoot ?? shared.runAsNonRoot;
      if (runAsNonRoot !== true)
        report(
          `${pods.title}, container ${name}: securityContext.runAsNonRoot is ${runAsNonRoot ?? "missing"}, and must be true: ` +
            `set it for the pod or the container.`,
        );
      if ((own.runAsUser ?? shared.runAsUser) === 0)
        report(
          `${pods.title}, container ${name}: securityContext.runAsUser is 0, which is root: ` +
            `name another user in ${placeOf(pods, "runAsUser")}.`,
        );
    });
  },
};
