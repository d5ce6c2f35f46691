import type { ResourceValidationPolicy } from "@pulumi/policy";
import { productionPractice } from "./support/frameworks";
import { placeOf, podsOf } from "./support/pods";
import { settingsOf } from "./support/settings";
import { eachOf } from "./support/unknowns";

/** Settings of {@link probesRequired}. */
export interface ProbesRequiredSettings {
  /** True where a liveness probe is wanted beside the readiness probe. */
  readonly livenessProbe: boolean;
}

const defaults: ProbesRequiredSettings = { livenessProbe: false };

/**
 * Stops containers without a readiness probe: their pods are sent requests as soon as the process is there, and a rollout
 * of a version that can't answer counts as done.
 *
 * Jobs end by themselves and init containers run first, so neither is asked.
 *
 * @see https://kubernetes.io/docs/concepts/configuration/liveness-readiness-startup-probes/
 */
export const probesRequired: ResourceValidationPolicy = {
  name: "probes-required",
  description: "Every container that keeps running has a readiness probe.",
  enforcementLevel: "mandatory",
  severity: "high",
  framework: productionPractice,
  configSchema: {
    properties: {
      livenessProbe: {
        type: "boolean",
        default: defaults.livenessProbe,
        description: "Refuse containers without a liveness probe too",
      },
    },
  },
  validateResource(args, report) {
    const pods = podsOf(args);
    const settings = settingsOf(args, defaults);
    if (!pods?.isLongRunning) return;
    eachOf(pods.spec.containers ?? [], (container) => {
      if (!container.readinessProbe)
        report(
          `${pods.title}, container ${container.name}: readinessProbe is missing: ` +
            `add one, as ${placeOf(pods, "readinessProbe", "probes.readiness")}.`,
        );
      if (settings.livenessProbe && !container.livenessProbe)
        report(
          `${pods.title}, container ${container.name}: livenessProbe is missing: ` +
            `add one, as ${placeOf(pods, "livenessProbe", "probes.liveness")}.`,
        );
    });
  },
};
