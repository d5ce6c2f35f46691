import type { ClusterObject } from "./cluster-object";

/** Labels by name. */
export type Labels = Readonly<Record<string, string>>;

/** A container, as far as Sluice looks into it. */
export interface Container {
  readonly name: string;
  readonly image?: string;
  readonly [field: string]: unknown;
}

/** What a Deployment makes its pods of (core/v1 PodTemplateSpec). */
export interface PodTemplate {
  readonly metadata?: { readonly labels?: Labels; readonly [field: string]: unknown };
  readonly spec: {
    readonly containers: readonly Container[];
    readonly initContainers?: readonly Container[];
    readonly [field: string]: unknown;
  };
}

/** An apps/v1 Deployment. */
export interface Deployment extends ClusterObject {
  readonly spec: {
    readonly replicas?: number;
    readonly selector: { readonly matchLabels?: Labels; readonly [field: string]: unknown };
    readonly template: PodTemplate;
    readonly [field: string]: unknown;
  };
}

/** What a version's own values make of a chart. */
export interface Variant {
  /** The workload in place of the application's. */
  readonly workload: Deployment;
  /** ConfigMaps and Secrets that differ from the application's, under names with a digest of what they hold. */
  readonly copies: readonly ClusterObject[];
}

/** A port of a Service. */
export interface ServicePort {
  readonly name?: string;
  readonly port: number;
  readonly [field: string]: unknown;
}

/** A core/v1 Service. */
export interface Service extends ClusterObject {
  readonly spec: {
    readonly type?: string;
    readonly clusterIP?: string;
    readonly selector?: Labels;
    readonly ports?: readonly ServicePort[];
    readonly [field: string]: unknown;
  };
}

/** The port of a Service that an Ingress leads to: by its number or by its name. */
export type BackendPort = { readonly number: number } | { readonly name: string };

/** The backend of an Ingress's path. */
export interface IngressBackend {
  readonly service?: { readonly name: string; readonly port?: BackendPort };
  readonly [field: string]: unknown;
}

/** A path of an Ingress. */
export interface IngressPath {
  readonly path?: string;
  readonly pathType: "Exact" | "Prefix" | "ImplementationSpecific";
  readonly backend: IngressBackend;
}

/** A networking.k8s.io/v1 Ingress. */
export interface Ingress extends ClusterObject {
  readonly spec: {
    readonly ingressClassName?: string;
    readonly defaultBackend?: IngressBackend;
    readonly rules?: readonly { readonly host?: string; readonly http?: { readonly paths: readonly IngressPath[] } }[];
    readonly tls?: readonly { readonly hosts?: readonly string[]; readonly secretName?: string }[];
    readonly [field: string]: unknown;
  };
}

/** What of an application runs already, and stays as it is. */
export interface LiveWorkload {
  /** The version that is the live workload itself. */
  readonly version: string;
  /**
   * The labels of the live pods that other versions' pods have with another value, so that nothing that selects the live pods
   * selects theirs: neither the Services, nor the workload, nor its budgets.
   */
  readonly parting: readonly string[];
}

/** The backend of an HTTPRoute's rule; a Service if it names no other kind. */
export interface HttpRouteBackend {
  readonly name: string;
  readonly kind?: string;
  readonly namespace?: string;
  readonly port?: number;
  readonly weight?: number;
  readonly [field: string]: unknown;
}

/** What a request must have for a rule of an HTTPRoute. */
export interface HttpRouteMatch {
  readonly path?: { readonly type?: "Exact" | "PathPrefix" | "RegularExpression"; readonly value?: string };
  readonly method?: string;
  readonly headers?: readonly object[];
  readonly queryParams?: readonly object[];
}

/** A rule of an HTTPRoute. */
export interface HttpRouteRule {
  readonly matches?: readonly HttpRouteMatch[];
  readonly backendRefs?: readonly HttpRouteBackend[];
  readonly filters?: readonly object[];
  readonly [field: string]: unknown;
}

/** What attaches an HTTPRoute to a Gateway. */
export interface HttpRouteParent {
  readonly name: string;
  readonly kind?: string;
  readonly namespace?: string;
  readonly sectionName?: string;
  readonly port?: number;
  readonly [field: string]: unknown;
}

/** A gateway.networking.k8s.io HTTPRoute. */
export interface HttpRoute extends ClusterObject {
  readonly spec: {
    readonly parentRefs?: readonly HttpRouteParent[];
    readonly hostnames?: readonly string[];
    readonly rules?: readonly HttpRouteRule[];
    readonly [field: string]: unknown;
  };
}

/** A team's application as its objects have it: the workload that has versions, and what belongs to it. */
export interface Application {
  /** What has versions, as it was given. */
  readonly workload: Deployment;
  /** The container whose image a version's `image` replaces; nothing where the pod has several and none is named. */
  readonly container?: string;
  /** The Services that select the workload's pods; the first is the one that users reach. */
  readonly services: readonly Service[];
  /** Under router ingress, the Ingresses that lead to these Services. */
  readonly routes: readonly Ingress[];
  /** Under router gateway, the HTTPRoutes that lead to these Services. */
  readonly httpRoutes: readonly HttpRoute[];
  /** Routes of other routers that lead to these Services, by KIND/NAME; they are among the others. */
  readonly unmoved: readonly string[];
  /** What scales the workload: HorizontalPodAutoscalers and KEDA's ScaledObjects. */
  readonly autoscalers: readonly ClusterObject[];
  /** The PodDisruptionBudgets of the workload's pods. */
  readonly budgets: readonly ClusterObject[];
  /** Everything else, which is applied once and as it is; beside a live workload it is not applied. */
  readonly others: readonly ClusterObject[];
  /** Set if the workload runs already and stays as it is. */
  readonly live?: LiveWorkload;
}
