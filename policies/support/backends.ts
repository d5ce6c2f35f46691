import { isSelected } from "./labels";
import type { Service, Texts } from "./manifests";
import { keyOf, namespaceOf, objectOf, objectsOf, titleOf, type KubernetesObject, type SeenResource } from "./objects";
import { podsOf, workloadOf } from "./pods";
import type { Reader } from "./unknowns";

/** An object that keeps pods running, with how many it keeps at the least. */
export interface PodSource {
  readonly title: string;
  readonly urn: string;
  readonly kind: string;
  readonly namespace: string;
  /** The pods' labels. */
  readonly labels: Texts;
  /**
   * The least number of pods: the autoscaler's where one is on, else the object's own, 1 by default. No autoscaler brings
   * an object with 0 replicas back (Kubernetes' implicit maintenance mode).
   *
   * @see https://kubernetes.io/docs/tasks/run-application/horizontal-pod-autoscale/#implicit-maintenance-mode-deactivation
   */
  readonly replicas: number;
  /** True where the pods have their node's network. */
  readonly isOnHostNetwork: boolean;
}

/** A Service, read. */
export interface ReadService {
  readonly object: KubernetesObject<Service>;
  readonly title: string;
  /** `namespace/name`. */
  readonly key: string;
  /** `ClusterIP` by default. */
  readonly type: string;
  /** What the pods behind it are labeled; nothing where its endpoints are made by hand. */
  readonly selector: Texts | undefined;
}

/** Everything in the stack that keeps pods running. */
export function podSources(resources: readonly SeenResource[], { collect }: Reader): PodSource[] {
  const minimums = autoscalers(resources, { collect });
  return collect(resources, (resource) => sourceOf(resource, minimums)).filter((source) => source !== undefined);
}

/** The stack's Services by `namespace/name`. */
export function readServices(
  resources: readonly SeenResource[],
  { collect }: Pick<Reader, "collect">,
): Map<string, ReadService> {
  const read = collect(objectsOf(resources, "Service"), (object) => {
    const { type = "ClusterIP", selector } = object.manifest.spec ?? {};
    // A copy, so that a label that is unknown is met here, where the object can be left out.
    return { object, title: titleOf(object), key: keyOf(object), type, selector: selector && { ...selector } };
  });
  return new Map(read.map((service) => [service.key, service]));
}

/** What keeps the pods that a Service leads to. */
export function sourcesBehind(service: ReadService, sources: readonly PodSource[]): PodSource[] {
  return sourcesSelected({ service, selector: service.selector }, sources);
}

/** What keeps the pods in a Service's namespace that have some labels. */
export function sourcesSelected(
  { service, selector }: { readonly service: ReadService; readonly selector: Texts | undefined },
  sources: readonly PodSource[],
): PodSource[] {
  if (selector === undefined) return [];
  const namespace = namespaceOf(service.object);
  return sources.filter((source) => source.namespace === namespace && isSelected(source.labels, selector));
}

/** True where Kubernetes makes no endpoints for the Service, so that nothing can be said of them. */
export function hasNoSelector({ type, selector }: ReadService): boolean {
  return type === "ExternalName" || selector === undefined || Object.keys(selector).length === 0;
}

/** Each autoscaler's least number of pods, by what it scales. */
function autoscalers(
  resources: readonly SeenResource[],
  { collect }: Pick<Reader, "collect">,
): ReadonlyMap<string, number> {
  const read = collect(objectsOf(resources, "HorizontalPodAutoscaler"), (object) => {
    const { minReplicas = 1, scaleTargetRef } = object.manifest.spec ?? {};
    return [`${scaleTargetRef?.kind} ${namespaceOf(object)}/${scaleTargetRef?.name}`, minReplicas] as const;
  });
  return new Map(read);
}

function sourceOf(resource: SeenResource, minimums: ReadonlyMap<string, number>): PodSource | undefined {
  const pods = podsOf(resource);
  if (!pods?.isLongRunning) return undefined;
  const { object, title, labels } = pods;
  return {
    title,
    urn: object.urn,
    kind: object.kind,
    namespace: namespaceOf(object),
    // A copy, so that a label that is unknown is met here, where the object can be left out.
    labels: { ...labels },
    replicas: replicasOf(resource, title, minimums),
    isOnHostNetwork: pods.spec.hostNetwork ?? false,
  };
}

function replicasOf(resource: SeenResource, title: string, minimums: ReadonlyMap<string, number>): number {
  // One pod on every node: as many as there are nodes.
  if (objectOf(resource, "DaemonSet")) return Infinity;
  const replicas = workloadOf(resource)?.manifest.spec?.replicas;
  return replicas === 0 ? 0 : (minimums.get(title) ?? replicas ?? 1);
}
