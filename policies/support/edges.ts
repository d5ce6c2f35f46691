import { readServices, type ReadService } from "./backends";
import { isReachable, readIngress } from "./ingresses";
import type { BackendRef, Destination, GatewayRoute, Texts, VirtualService } from "./manifests";
import { namespaceOf, objectsOf, titleOf, type KubernetesObject, type SeenResource } from "./objects";
import type { Reader } from "./unknowns";

/** Pods that users are led to: those of a Service, or of a subset of them. */
export interface Backend {
  readonly service: ReadService;
  /** What the pods are labeled: the Service's selector, and the subset's labels. */
  readonly selector: Texts | undefined;
  /** True for the side that everybody gets whom neither a rule nor a weight sends elsewhere; it must never be empty. */
  readonly isMain: boolean;
  /** True if some request can reach it. */
  readonly isReached: boolean;
}

/** An object that leads users from outside the cluster to Services, whatever the router. */
export interface Edge {
  readonly object: KubernetesObject;
  readonly title: string;
  readonly backends: readonly Backend[];
}

/** All of a stack's Ingresses, routes of Gateway API, VirtualServices at a gateway, and Services with an address of their own. */
export function readEdges(resources: readonly SeenResource[], reader: Reader): Edge[] {
  const services = readServices(resources, reader);
  const subsets = readSubsets(resources, reader);
  const ingresses = reader.collect(objectsOf(resources, "Ingress"), (object) => {
    const { isCanary, services: keys } = readIngress(object);
    const role = { isMain: !isCanary, isReached: !isCanary || isReachable(object) };
    return edge(
      object,
      keys.flatMap((key) => backend(services.get(key), role)),
    );
  });
  const routes = reader.collect(objectsOf(resources, "HTTPRoute", "GRPCRoute"), (object) =>
    edge(
      object,
      backendRefs(object).flatMap(({ kind = "Service", name, namespace = namespaceOf(object), weight = 1 }) =>
        kind === "Service" ? backend(services.get(`${namespace}/${name}`), byWeight(weight)) : [],
      ),
    ),
  );
  const virtual = reader.collect(objectsOf(resources, "VirtualService"), (object) =>
    edge(
      object,
      destinations(object).flatMap(({ destination: { host = "", subset } = {}, weight = 100 }) => {
        const key = hostKey(host, namespaceOf(object));
        const labels = subset === undefined ? {} : subsets.get(`${key} ${subset}`);
        return backend(services.get(key), byWeight(weight), labels);
      }),
    ),
  );
  const outside = [...services.values()]
    .filter(({ type }) => type === "NodePort" || type === "LoadBalancer")
    .map((service) => edge(service.object, backend(service, byWeight(1))));
  return [...ingresses, ...routes, ...virtual, ...outside];
}

function edge(object: KubernetesObject, backends: readonly Backend[]): Edge {
  return { object, title: titleOf(object), backends };
}

type Role = Pick<Backend, "isMain" | "isReached">;

/** All sides of a split are users' if their weight is not 0. */
function byWeight(weight: number): Role {
  return { isMain: true, isReached: weight > 0 };
}

function backend(service: ReadService | undefined, role: Role, labels: Texts = {}): Backend[] {
  if (!service) return [];
  return [{ service, ...role, selector: service.selector && { ...service.selector, ...labels } }];
}

function backendRefs({ manifest }: KubernetesObject<GatewayRoute>): BackendRef[] {
  return [...(manifest.spec?.rules ?? [])].flatMap(({ backendRefs = [] }) => [...backendRefs]);
}

/** Those of users: a VirtualService without a gateway is asked inside the mesh alone. */
function destinations({ manifest }: KubernetesObject<VirtualService>): Destination[] {
  const { gateways = [], http = [] } = manifest.spec ?? {};
  if ([...gateways].every((gateway) => gateway === "mesh")) return [];
  return [...http].flatMap(({ route = [] }) => [...route]);
}

/** The labels of each subset, by `namespace/service subset`. */
function readSubsets(resources: readonly SeenResource[], { collect }: Reader): Map<string, Texts> {
  const read = collect(objectsOf(resources, "DestinationRule"), (object) => {
    const { host = "", subsets = [] } = object.manifest.spec ?? {};
    const key = hostKey(host, namespaceOf(object));
    return [...subsets].map(({ name, labels = {} }) => [`${key} ${name}`, { ...labels }] as const);
  });
  return new Map(read.flat());
}

/** The Service that a host of the mesh is: its name, or with its namespace behind it. */
function hostKey(host: string, namespace: string): string {
  const [name = "", place = namespace] = host.split(".");
  return `${place}/${name}`;
}
