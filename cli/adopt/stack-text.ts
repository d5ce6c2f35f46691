import { stringify } from "yaml";
import type { Application } from "../../kubernetes/application";
import type { ClusterObject } from "../../kubernetes/cluster-object";
import { nameOf } from "../../workloads/names";
import { routesTo } from "../../workloads/routes";
import type { FoundController } from "./read-application";

/** What a stack's file says of an adoption. */
export interface Adoption {
  readonly live: string;
  readonly namespace: string;
  readonly controller: FoundController;
  /** The folder of the written manifests, relative to the stack's file; nothing if they are read from the cluster. */
  readonly manifests?: string;
  /** The kubeconfig's context, if one was named. */
  readonly context?: string;
}

/** The config of a stack that adopts a live application, by full key. */
export function adoptionConfig({ live, namespace, controller, manifests, context }: Adoption): Record<string, unknown> {
  return {
    ...(context !== undefined && { "kubernetes:context": context }),
    "sluice:namespace": namespace,
    "sluice:from": { live, ...(manifests !== undefined && { manifests }) },
    "sluice:ingressController": { kind: "existing", ...controller },
    "sluice:stable": "v1",
    "sluice:versions": { v1: {} },
  };
}

/** The text of its file. */
export function adoptionText(adoption: Adoption): string {
  const { live, namespace } = adoption;
  const about = [
    `# v1 is ${live} itself, as it runs in ${namespace}: Sluice doesn't restart or copy it.`,
    `# For a canary add a version, for example v2: { image: IMAGE }, and set sluice:canary to its name.`,
    `# To count requests by version, give each version an answer: a pattern that only its answers match.`,
  ];
  return `${about.join("\n")}\n${stringify({ config: adoptionConfig(adoption) })}`;
}

/** What was found, as sentences, a line each. */
export function describeFound({ workload, services, routes, autoscalers, budgets, live }: Application): string[] {
  const { replicas = 1, template } = workload.spec;
  const images = template.spec.containers.map(({ image }) => image).join(", ");
  const places = routes.flatMap((ingress) =>
    routesTo(ingress, services).map(({ host = "*", path }) => `${host}${path.path ?? "/"} (${nameOf(ingress)})`),
  );
  const labels = template.metadata?.labels ?? {};
  return [
    `${nameOf(workload)} in ${workload.metadata.namespace}: ${replicas} pods of ${images}`,
    `reached at ${places.join(", ")}, by ${listOf(services)}`,
    ...(autoscalers.length > 0 ? [`scaled by ${listOf(autoscalers)}, which keeps scaling it`] : []),
    ...(budgets.length > 0 ? [`protected by ${listOf(budgets)}`] : []),
    ...(live?.parting ?? []).map(
      (key) => `other versions' pods have ${key}: ${labels[key]}.sluice.VERSION, so that no selector here matches them`,
    ),
    "v1 is this workload itself: Sluice doesn't restart, copy or delete it",
  ];
}

function listOf(objects: readonly ClusterObject[]): string {
  return objects.map(nameOf).join(", ");
}

/** The objects that the files of an application have, by the files' names. */
export function manifestsOf({
  workload,
  services,
  routes,
  autoscalers,
  budgets,
  others,
}: Application): ReadonlyMap<string, ClusterObject> {
  // Pod selectors and the checks on what versions can share depend on these.
  const beside = others.filter(({ kind }) => kind === "NetworkPolicy" || kind === "PersistentVolumeClaim");
  const all = [workload, ...services, ...routes, ...autoscalers, ...budgets, ...beside];
  return new Map(all.map((object) => [`${object.kind}-${object.metadata.name}.yaml`.toLowerCase(), object]));
}
