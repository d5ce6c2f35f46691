import type { PolicyConfigSchema } from "@pulumi/policy";
import { namespaceOf, type KubernetesObject } from "./objects";

/** The settings of policies that leave some namespaces out. */
export interface Exemptions {
  /** Names of namespaces whose objects are not checked, for those that charts bring. */
  readonly exemptNamespaces: readonly string[];
}

/** Nothing is exempt until a pack config says so. */
export const noExemptions: Exemptions = { exemptNamespaces: [] };

/** The schema of {@link Exemptions}. */
export const exemptionsSchema: PolicyConfigSchema["properties"] = {
  exemptNamespaces: {
    type: "array",
    items: { type: "string", minLength: 1 },
    default: [],
    description:
      "Namespaces whose objects are not checked, for objects that a chart brings and its values can't change",
  },
};

/** True where the pack config leaves the object's namespace out. */
export function isExempt(object: KubernetesObject, { exemptNamespaces }: Exemptions): boolean {
  return exemptNamespaces.length > 0 && exemptNamespaces.includes(namespaceOf(object));
}
