import type {
  ConfigMap,
  CronJob,
  DestinationRule,
  Gateway,
  GatewayRoute,
  HorizontalPodAutoscaler,
  Ingress,
  IstioGateway,
  Manifest,
  NetworkPolicy,
  PodDisruptionBudget,
  PodTemplate,
  Service,
  VirtualService,
  Workload,
} from "./manifests";

/** What both kinds of policies are given of a resource. */
export interface SeenResource {
  /** Pulumi's type token; a Kubernetes object has `kubernetes:<group/version>:<Kind>`. */
  readonly type: string;
  /** The resource's name in the program. */
  readonly name: string;
  readonly urn: string;
  /** The properties; reading one that is unknown at preview throws. */
  readonly props: Readonly<Record<string, unknown>>;
}

/** The kinds of objects that the policies look at. */
export interface Kinds {
  readonly ConfigMap: ConfigMap;
  readonly CronJob: CronJob;
  readonly DaemonSet: Workload;
  readonly Deployment: Workload;
  readonly DestinationRule: DestinationRule;
  readonly GRPCRoute: GatewayRoute;
  readonly Gateway: Gateway;
  readonly HTTPRoute: GatewayRoute;
  readonly HorizontalPodAutoscaler: HorizontalPodAutoscaler;
  readonly Ingress: Ingress;
  /** A Gateway of Istio's. */
  readonly IstioGateway: IstioGateway;
  readonly Job: Workload;
  readonly NetworkPolicy: NetworkPolicy;
  readonly Pod: PodTemplate;
  readonly PodDisruptionBudget: PodDisruptionBudget;
  readonly ReplicaSet: Workload;
  readonly ReplicationController: Workload;
  readonly Service: Service;
  readonly StatefulSet: Workload;
  readonly VirtualService: VirtualService;
}

/** Other groups have kinds of the same names, a Knative Service for one, with other fields. */
const groups: Readonly<Record<keyof Kinds, string>> = {
  ConfigMap: "core",
  CronJob: "batch",
  DaemonSet: "apps",
  Deployment: "apps",
  DestinationRule: "networking.istio.io",
  GRPCRoute: "gateway.networking.k8s.io",
  Gateway: "gateway.networking.k8s.io",
  HTTPRoute: "gateway.networking.k8s.io",
  HorizontalPodAutoscaler: "autoscaling",
  Ingress: "networking.k8s.io",
  IstioGateway: "networking.istio.io",
  Job: "batch",
  NetworkPolicy: "networking.k8s.io",
  Pod: "core",
  PodDisruptionBudget: "policy",
  ReplicaSet: "apps",
  ReplicationController: "core",
  Service: "core",
  StatefulSet: "apps",
  VirtualService: "networking.istio.io",
};

/** A Kubernetes object of the stack. */
export interface KubernetesObject<T extends Manifest = Manifest> {
  readonly kind: keyof Kinds;
  /** The object's fields as the program gives them, or as the cluster has them after an update. */
  readonly manifest: T;
  /** The resource's name in the program. */
  readonly resourceName: string;
  readonly urn: string;
}

/** The resource as a Kubernetes object of one of the kinds, or nothing. */
export function objectOf<K extends keyof Kinds>(
  { type, name, urn, props }: SeenResource,
  ...kinds: readonly K[]
): KubernetesObject<Kinds[K]> | undefined {
  const [provider, version = "", kind] = type.split(":");
  const [group] = version.split("/");
  const found = kinds.find((one) => apiKind(one) === kind && groups[one] === group);
  if (provider !== "kubernetes" || found === undefined) return undefined;
  return { kind: found, manifest: props, resourceName: name, urn };
}

/** What the API calls a kind: two groups have a Gateway. */
function apiKind(kind: keyof Kinds): string {
  return kind === "IstioGateway" ? "Gateway" : kind;
}

/** All of a stack's objects of the kinds. */
export function objectsOf<K extends keyof Kinds>(
  resources: readonly SeenResource[],
  ...kinds: readonly K[]
): KubernetesObject<Kinds[K]>[] {
  return resources.flatMap((resource) => objectOf(resource, ...kinds) ?? []);
}

/** The object's namespace; `default` where it names none, as Kubernetes has it. */
export function namespaceOf({ manifest }: KubernetesObject): string {
  return manifest.metadata?.namespace ?? "default";
}

/** The object's name, or its resource's where Pulumi makes the name. */
export function nameOf({ manifest, resourceName }: KubernetesObject): string {
  return manifest.metadata?.name ?? resourceName;
}

/** By what two objects of a kind are known to be the same: `demo/nginx`. */
export function keyOf(object: KubernetesObject): string {
  return `${namespaceOf(object)}/${nameOf(object)}`;
}

/** What messages call the object: `Ingress demo/nginx`. */
export function titleOf(object: KubernetesObject): string {
  return `${apiKind(object.kind)} ${keyOf(object)}`;
}
