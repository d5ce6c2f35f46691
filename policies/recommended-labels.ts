import type { ResourceValidationPolicy } from "@pulumi/policy";
import { productionPractice } from "./support/frameworks";
import { nameOf } from "./support/objects";
import { mend, podsOf, type Pods } from "./support/pods";
import { settingsOf } from "./support/settings";

/** The labels that Kubernetes' documentation recommends, behind `app.kubernetes.io/`. */
const recommended = ["name", "instance", "version", "component", "part-of", "managed-by"] as const;

/** Settings of {@link recommendedLabels}. */
export interface RecommendedLabelsSettings {
  /** Which of the labels an object that makes pods must have. */
  readonly required: readonly (typeof recommended)[number][];
}

const defaults: RecommendedLabelsSettings = { required: ["name", "managed-by"] };

const prefix = "app.kubernetes.io/";

/**
 * Finds objects that nobody can place: by these labels dashboards, bills and alerts tell which application pods belong to and
 * who manages them.
 *
 * At the level `remediate` it sets `name` and `managed-by`, which it can tell by the object itself.
 *
 * @see https://kubernetes.io/docs/concepts/overview/working-with-objects/common-labels/
 */
export const recommendedLabels: ResourceValidationPolicy = {
  name: "recommended-labels",
  description: "What makes pods has the labels that Kubernetes recommends.",
  enforcementLevel: "advisory",
  severity: "low",
  framework: productionPractice,
  configSchema: {
    properties: {
      required: {
        type: "array",
        items: { type: "string", enum: [...recommended] },
        uniqueItems: true,
        default: [...defaults.required],
        description: "Which of the labels an object that makes pods must have",
      },
    },
  },
  remediateResource(args) {
    const pods = podsOf(args);
    const known = pods && { [`${prefix}name`]: nameFor(pods), [`${prefix}managed-by`]: "Pulumi" };
    const labels = pods?.object.manifest.metadata?.labels ?? {};
    const missing = Object.entries(known ?? {}).filter(([label]) => !(label in labels));
    return missing.length === 0 ? undefined : mend(args, ["metadata", "labels"], Object.fromEntries(missing));
  },
  validateResource(args, report) {
    const pods = podsOf(args);
    if (!pods) return;
    const labels = pods.object.manifest.metadata?.labels ?? {};
    const missing = settingsOf(args, defaults).required.filter((label) => labels[prefix + label] === undefined);
    if (missing.length > 0)
      report(
        `${pods.title} lacks the label ${missing.map((label) => prefix + label).join(", ")}: add it to its metadata.labels.`,
      );
  },
};

function nameFor({ object, labels }: Pods): string {
  return labels[`${prefix}name`] ?? labels["app"] ?? labels["k8s-app"] ?? nameOf(object);
}
