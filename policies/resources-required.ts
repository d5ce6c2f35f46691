import type { ResourceValidationPolicy } from "@pulumi/policy";
import { productionPractice } from "./support/frameworks";
import type { Container } from "./support/manifests";
import { allContainers, placeOf, podsOf } from "./support/pods";
import { settingsOf } from "./support/settings";
import { eachOf } from "./support/unknowns";

const fields = ["requests.cpu", "requests.memory", "limits.cpu", "limits.memory"] as const;

type Field = (typeof fields)[number];

/** Settings of {@link resourcesRequired}. */
export interface ResourcesRequiredSettings {
  /** Which of a container's resources must be given. */
  readonly required: readonly Field[];
}

const defaults: ResourcesRequiredSettings = {
  // A memory limit that is too low kills, and a CPU limit slows requests down while the node is idle: neither is a default.
  required: ["requests.cpu", "requests.memory"],
};

/**
 * Stops containers without requests, which the scheduler takes for free, and by its settings those without limits: without
 * one of memory a container can take its node down.
 *
 * @see https://kubernetes.io/docs/concepts/configuration/manage-resources-containers/
 */
export const resourcesRequired: ResourceValidationPolicy = {
  name: "resources-required",
  description: "Every container requests the resources that it needs.",
  enforcementLevel: "mandatory",
  severity: "medium",
  framework: productionPractice,
  configSchema: {
    properties: {
      required: {
        type: "array",
        items: { type: "string", enum: [...fields] },
        uniqueItems: true,
        default: [...defaults.required],
        description: "Which of a container's resources must be given",
      },
    },
  },
  validateResource(args, report) {
    const pods = podsOf(args);
    const settings = settingsOf(args, defaults);
    if (!pods) return;
    eachOf(allContainers(pods.spec), (container) => {
      const missing = settings.required.filter((field) => !isGiven(container, field));
      if (missing.length > 0)
        report(
          `${pods.title}, container ${container.name}: ${missing.map((field) => `resources.${field}`).join(", ")} missing: ` +
            `set it in ${placeOf(pods, "resources")}.`,
        );
    });
  },
};

function isGiven({ resources = {} }: Container, field: Field): boolean {
  const [part, name] = field.split(".") as ["requests" | "limits", "cpu" | "memory"];
  // The API server takes a limit for the request where there is none.
  return (resources[part]?.[name] ?? resources.limits?.[name]) !== undefined;
}
