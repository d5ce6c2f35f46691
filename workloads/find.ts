import type { Application, Deployment, HttpRoute, Ingress, Labels, Service } from "../kubernetes/application";
import type { ClusterObject } from "../kubernetes/cluster-object";
import type { FromConfig } from "../config/from";
import type { Problem } from "../config/problems";
import { nameOf, namesOf } from "./names";

/** Kinds that make pods but that Sluice doesn't run in two versions, each with the reason. */
export const unversioned: Readonly<Record<string, string>> = {
  DaemonSet: "each node runs one of its pods: roll it node by node, by spec.updateStrategy",
  Job: "it ends by itself",
  CronJob: "it ends by itself",
  ReplicaSet: "nothing rolls its pods: make it a Deployment",
  Pod: "nothing replaces it: make it a Deployment",
};

const unadopted = "a stack would have to restart its pods: release it from its manifests";

/**
 * Finds the workload that has versions, and what belongs to it.
 *
 * @param objects all of one application, in the namespace of the stack if they name none.
 * @param router the stack's; routes that it doesn't make are left as they are, like everything else.
 */
export function findApplication(
  objects: readonly ClusterObject[],
  from: Pick<FromConfig, "workload" | "container" | "live">,
  router = "ingress",
): Application | readonly Problem[] {
  const workload = findWorkload(objects, from);
  if (isProblem(workload)) return [workload];
  const container = findContainer(workload, from.container);
  if (typeof container === "object") return [container];
  const labels = labelsOf(workload);
  const beside = objects.filter((object) => sameNamespace(object, workload));
  const selecting = beside.filter(isService).filter(({ spec }) => selects(spec.selector, labels));
  const isRouted = (names: readonly string[]) =>
    names.some((name) => selecting.some(({ metadata }) => metadata.name === name));
  const ingresses = beside.filter(isIngress).filter((ingress) => isRouted(backendsOf(ingress)));
  const routed = beside.filter(isHttpRoute).filter((route) => isRouted(httpBackendsOf(route)));
  const [routes, unreadIngresses] = router === "ingress" ? [ingresses, []] : [[], ingresses];
  const [httpRoutes, unreadRoutes] = router === "gateway" ? [routed, []] : [[], routed];
  const unmoved = [...unreadIngresses, ...unreadRoutes].map(nameOf);
  const first = [...routes.flatMap(backendsOf), ...httpRoutes.flatMap(httpBackendsOf)];
  const services = inOrder(selecting, first, workload);
  const autoscalers = beside.filter((object) => scales(object, workload));
  const budgets = beside.filter(({ kind, spec }) => kind === "PodDisruptionBudget" && covers(spec, labels));
  const own = new Set<ClusterObject>([workload, ...services, ...routes, ...httpRoutes, ...autoscalers, ...budgets]);
  const others = objects.filter((object) => !own.has(object));
  const found = { services, routes, httpRoutes, unmoved, autoscalers, budgets, others };
  return { workload, ...(container !== undefined && { container }), ...found };
}

function findWorkload(
  objects: readonly ClusterObject[],
  { live, workload }: Pick<FromConfig, "workload" | "live">,
): Deployment | Problem {
  const deployments = objects.filter(isDeployment);
  const [key, named] = live === undefined ? ["from.workload", workload] : ["from.live", live];
  const sets = objects.filter(isStatefulSet);
  if (named !== undefined) {
    const found = objects.find((object) => nameOf(object) === named);
    if (found && (isDeployment(found) || (live === undefined && isStatefulSet(found)))) return found;
    const reason = found && (unversioned[found.kind] ?? (isStatefulSet(found) ? unadopted : "it makes no pods"));
    const allowed = reason
      ? `must be a Deployment${live === undefined ? " or a StatefulSet" : ""}: ${reason}`
      : `must be one of the objects: ${namesOf([...deployments, ...sets]) || "they have no Deployment"}`;
    return { key, value: named, allowed };
  }
  // Beside a database's StatefulSet, the Deployment is the application.
  const [only, ...more] = deployments.length > 0 ? deployments : sets;
  if (only && more.length === 0) return only;
  const kinds = [...new Set(objects.map(({ kind }) => kind))].map(withReason).join(", ");
  const allowed = only
    ? `must name the workload that has versions: ${namesOf([only, ...more])}`
    : `must name a Deployment or a StatefulSet, and the objects have none: they are ${kinds || "none at all"}`;
  return { key, value: undefined, allowed };
}

function isProblem(found: Deployment | Problem): found is Problem {
  return "allowed" in found;
}

/** `Job (it ends by itself)`: the user may have meant it. */
function withReason(kind: string): string {
  return unversioned[kind] === undefined ? kind : `${kind} (${unversioned[kind]})`;
}

function findContainer(workload: Deployment, named: string | undefined): string | undefined | Problem {
  const names = workload.spec.template.spec.containers.map(({ name }) => name);
  if (named === undefined) return names.length === 1 ? names[0] : undefined;
  if (names.includes(named)) return named;
  const allowed = `must be one of the containers of ${nameOf(workload)}: ${names.join(", ")}`;
  return { key: "from.container", value: named, allowed };
}

/** The Service that users reach first: one that a route leads to, else one of the workload's name, else any with an address. */
function inOrder(services: readonly Service[], routed: readonly string[], { metadata }: Deployment): Service[] {
  const rank = (service: Service) => {
    const place = routed.indexOf(service.metadata.name);
    if (place >= 0) return place - routed.length;
    if (service.spec.clusterIP === "None") return 2;
    return service.metadata.name === metadata.name ? 0 : 1;
  };
  return [...services].sort((left, right) => rank(left) - rank(right));
}

/** The labels of a Deployment's pods. */
export function labelsOf({ spec }: Deployment): Labels {
  return spec.template.metadata?.labels ?? {};
}

/** True if a Service's selector selects pods of these labels; one without a selector selects none. */
export function selects(selector: Labels | undefined, labels: Labels): boolean {
  const wanted = Object.entries(selector ?? {});
  return wanted.length > 0 && wanted.every(([key, value]) => labels[key] === value);
}

/** The Services that an Ingress leads to, each once, in its order. */
export function backendsOf({ spec }: Ingress): string[] {
  const paths = (spec.rules ?? []).flatMap(({ http }) => http?.paths ?? []);
  const backends = [...paths.map(({ backend }) => backend), ...(spec.defaultBackend ? [spec.defaultBackend] : [])];
  return [...new Set(backends.flatMap(({ service }) => service?.name ?? []))];
}

/** The Services that an HTTPRoute leads to, each once, in its order. */
export function httpBackendsOf({ metadata, spec }: HttpRoute): string[] {
  const backends = (spec.rules ?? []).flatMap(({ backendRefs = [] }) => backendRefs);
  const services = backends.filter(
    ({ kind = "Service", namespace = metadata.namespace }) => kind === "Service" && namespace === metadata.namespace,
  );
  return [...new Set(services.map(({ name }) => name))];
}

interface Scaling {
  readonly scaleTargetRef?: { readonly kind?: string; readonly name?: string };
}

function scales({ kind, spec }: ClusterObject, workload: Deployment): boolean {
  if (kind !== "HorizontalPodAutoscaler" && kind !== "ScaledObject") return false;
  // KEDA takes a Deployment if no kind is named.
  const { kind: target = "Deployment", name } = (spec as Scaling | undefined)?.scaleTargetRef ?? {};
  return target === workload.kind && name === workload.metadata.name;
}

function covers(spec: unknown, labels: Labels): boolean {
  const { selector } = (spec ?? {}) as { readonly selector?: { readonly matchLabels?: Labels } };
  return selects(selector?.matchLabels, labels);
}

function sameNamespace(object: ClusterObject, { metadata }: Deployment): boolean {
  return object.metadata.namespace === metadata.namespace;
}

/** True for an apps/v1 Deployment. */
export function isDeployment(object: ClusterObject): object is Deployment {
  return object.kind === "Deployment" && object.apiVersion === "apps/v1";
}

/** True for an apps/v1 StatefulSet, of which the same is looked at as of a Deployment. */
export function isStatefulSet(object: ClusterObject): object is Deployment {
  return object.kind === "StatefulSet" && object.apiVersion === "apps/v1";
}

/** True for a workload that can have versions. */
export function isVersionable(object: ClusterObject): object is Deployment {
  return isDeployment(object) || isStatefulSet(object);
}

/** True for a core/v1 Service. */
export function isService(object: ClusterObject): object is Service {
  return object.kind === "Service" && object.apiVersion === "v1";
}

function isIngress(object: ClusterObject): object is Ingress {
  return object.kind === "Ingress" && object.apiVersion === "networking.k8s.io/v1";
}

/** True for an HTTPRoute of Gateway API, of any of its versions. */
function isHttpRoute(object: ClusterObject): object is HttpRoute {
  return object.kind === "HTTPRoute" && object.apiVersion.startsWith("gateway.networking.k8s.io/");
}
