import { stringify } from "yaml";
import type { Application } from "../../config/application";
import type { ClusterObject } from "../../config/cluster-object";
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
    `# v1 is ${live} itself, as it runs in ${namespace}: nothing of it is restarted or copied.`,
    `# For a canary add a version, for example v2: { image: IMAGE }, and name it by sluice:canary.`,
    `# By a version's answer, a pattern that only its answers have, Sluice counts who was served by which version.`,
  ];
  return `${about.join("\n")}\n${stringify({ config: adoptionConfig(adoption) })}`;
}

/** What was found, in words, a line each. */
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
    ...(autoscalers.length > 0 ? [`scaled by ${listOf(autoscalers)}, which goes on`] : []),
    ...(budgets.length > 0 ? [`kept by ${listOf(budgets)}`] : []),
    ...(live?.parting ?? []).map(
      (key) => `other versions' pods have ${key}: ${labels[key]}.sluice.VERSION, so that nothing of this selects them`,
    ),
    "v1 is this itself: nothing of it is restarted, copied or deleted",
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
  // How pods are told apart, and what two versions can't share, depends on these.
  const beside = others.filter(({ kind }) => kind === "NetworkPolicy" || kind === "PersistentVolumeClaim");
  const all = [workload, ...services, ...routes, ...autoscalers, ...budgets, ...beside];
  return new Map(all.map((object) => [`${object.kind}-${object.metadata.name}.yaml`.toLowerCase(), object]));
}
