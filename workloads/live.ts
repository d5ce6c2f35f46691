import type { Application, Deployment, Labels, LiveWorkload } from "../kubernetes/application";
import { digestOf } from "./checksum";
import { versionLabel } from "./names";

/** The label that names the workload whose versions a stack runs beside the live one. */
export const workloadLabel = "sluice.dev/workload";

/** The most characters that a label's value can have. */
const longest = 63;

/** How a selector of Kubernetes chooses pods (meta/v1 LabelSelector). */
export interface LabelSelector {
  readonly matchLabels?: Labels;
  readonly matchExpressions?: readonly {
    readonly key: string;
    readonly operator: "In" | "NotIn" | "Exists" | "DoesNotExist";
    readonly values?: readonly string[];
  }[];
}

/** True if a selector chooses pods of these labels; an empty one chooses all. */
export function matches({ matchLabels = {}, matchExpressions = [] }: LabelSelector, labels: Labels): boolean {
  return (
    Object.entries(matchLabels).every(([key, value]) => labels[key] === value) &&
    matchExpressions.every(({ key, operator, values = [] }) => {
      const value = labels[key];
      if (operator === "Exists") return value !== undefined;
      if (operator === "DoesNotExist") return value === undefined;
      return (value !== undefined && values.includes(value)) === (operator === "In");
    })
  );
}

/**
 * The labels by which the pods of other versions are told from the live ones: as few as there can be so that each selector of
 * the live pods asks for one of them at least.
 *
 * The live Deployment's pods have no label of their own that its Service could be narrowed by: its template can't get one
 * without a restart of every pod, its selector can't change at all, and `pod-template-hash` changes with each restart. So not
 * the Service is narrowed: the other versions' pods are made such that it does not select them.
 *
 * @param avoided labels that others ask for too (NetworkPolicies); they come last.
 * @returns nothing if a selector asks for no label by its value.
 */
export function partingLabels(
  { workload, services, budgets }: Pick<Application, "workload" | "services" | "budgets">,
  avoided: readonly string[] = [],
): readonly string[] | undefined {
  const selectors = [
    workload.spec.selector as LabelSelector,
    ...services.map(({ spec }) => ({ matchLabels: spec.selector ?? {} })),
    ...budgets.map(({ spec }) => (spec as { readonly selector?: LabelSelector }).selector ?? {}),
  ].map(keysOf);
  if (selectors.some((keys) => keys.length === 0)) return undefined;
  const parting: string[] = [];
  for (let left = selectors; left.length > 0;) {
    const rank = (key: string) => left.filter((keys) => keys.includes(key)).length - (avoided.includes(key) ? 0.5 : 0);
    const [best = ""] = [...new Set(left.flat())].sort((one, other) => rank(other) - rank(one));
    parting.push(best);
    left = left.filter((keys) => !keys.includes(best));
  }
  return parting;
}

/** The labels that a selector asks for by their values. */
function keysOf({ matchLabels = {}, matchExpressions = [] }: LabelSelector): string[] {
  return [
    ...Object.keys(matchLabels),
    ...matchExpressions.filter(({ operator }) => operator === "In").map(({ key }) => key),
  ];
}

/** The labels of a version's pods, or a selector of them, from the live ones. */
export function partedLabels(labels: Labels, version: string, live: LiveWorkload): Labels {
  if (version === live.version) return labels;
  return Object.fromEntries(
    Object.entries(labels).map(([key, value]) => [
      key,
      live.parting.includes(key) ? partedValue(value, version) : value,
    ]),
  );
}

/**
 * `shop.sluice.v2`. The version is part of it, and no label is added, so that a Service's selector keeps its keys: `kubectl
 * apply` of the team's own Service leads users back to the live pods, and not to none.
 */
function partedValue(value: string, version: string): string {
  const whole = [value, "sluice", version].filter(Boolean).join(".");
  return whole.length <= longest ? whole : [digestOf(value), "sluice", version].join(".");
}

/**
 * A Service's selector as it was before a stack led it to another version.
 *
 * @param labels those of the live pods.
 */
export function originalSelector(selector: Labels, labels: Labels): Labels {
  return Object.fromEntries(
    Object.entries(selector).map(([key, value]) => {
      const [, version] = /(?:^|\.)sluice\.([a-z0-9-]+)$/.exec(value) ?? [];
      const own = labels[key];
      const isParted = version !== undefined && own !== undefined && partedValue(own, version) === value;
      return [key, isParted ? own : value];
    }),
  );
}

/** What only the pods of one version beside the live ones have. */
export function ownLabels({ workload }: Pick<Application, "workload">, version: string): Labels {
  return { [workloadLabel]: workload.metadata.name, [versionLabel]: version };
}

/** The record of an adoption, which is in the namespace of the workload while a stack has it. */
export function adoptionOf({ kind, metadata }: Deployment, stack: string) {
  return {
    name: `sluice-adopted-${metadata.name}`,
    data: { stack, workload: `${kind}/${metadata.name}` },
  };
}
