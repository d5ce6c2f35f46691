/**
 * The fields of Kubernetes objects that the policies read, as Kubernetes' API reference has them. `@pulumi/kubernetes`
 * would bring all of them, and seconds of loading time with them.
 *
 * @see https://kubernetes.io/docs/reference/kubernetes-api/
 */
export interface Manifest {
  readonly metadata?: Metadata;
}

/** Texts by name, for labels, selectors and annotations. */
export type Texts = Readonly<Record<string, string>>;

export interface Metadata {
  readonly name?: string;
  readonly namespace?: string;
  readonly labels?: Texts;
  readonly annotations?: Texts;
}

export interface Ingress extends Manifest {
  readonly spec?: {
    readonly ingressClassName?: string;
    readonly defaultBackend?: IngressBackend;
    readonly rules?: readonly IngressRule[];
    readonly tls?: readonly { readonly hosts?: readonly string[]; readonly secretName?: string }[];
  };
}

export interface IngressRule {
  readonly host?: string;
  readonly http?: {
    readonly paths?: readonly {
      readonly path?: string;
      readonly pathType?: string;
      readonly backend?: IngressBackend;
    }[];
  };
}

export interface IngressBackend {
  readonly service?: { readonly name?: string };
}

export interface Service extends Manifest {
  readonly spec?: {
    readonly type?: string;
    readonly selector?: Texts;
    readonly ports?: readonly { readonly name?: string; readonly port?: number }[];
  };
}

export interface ConfigMap extends Manifest {
  readonly data?: Texts;
}

/** A Deployment, StatefulSet, DaemonSet, ReplicaSet, ReplicationController or Job. */
export interface Workload extends Manifest {
  readonly spec?: { readonly replicas?: number; readonly template?: PodTemplate };
}

export interface CronJob extends Manifest {
  readonly spec?: { readonly jobTemplate?: { readonly spec?: { readonly template?: PodTemplate } } };
}

export interface PodTemplate extends Manifest {
  readonly spec?: PodSpec;
}

export interface PodSpec {
  readonly restartPolicy?: string;
  readonly hostNetwork?: boolean;
  readonly hostPID?: boolean;
  readonly hostIPC?: boolean;
  readonly hostUsers?: boolean;
  readonly os?: { readonly name?: string };
  readonly serviceAccountName?: string;
  readonly automountServiceAccountToken?: boolean;
  readonly securityContext?: SecurityContext & { readonly sysctls?: readonly { readonly name: string }[] };
  readonly initContainers?: readonly Container[];
  readonly containers?: readonly Container[];
  readonly volumes?: readonly Volume[];
}

/** A volume: its name, and one more key, which is its type. */
export interface Volume {
  readonly name?: string;
  readonly hostPath?: { readonly path?: string };
  readonly [type: string]: unknown;
}

export interface Container {
  readonly name?: string;
  readonly image?: string;
  readonly ports?: readonly { readonly containerPort?: number; readonly hostPort?: number }[];
  readonly readinessProbe?: Handler;
  readonly livenessProbe?: Handler;
  readonly startupProbe?: Handler;
  readonly lifecycle?: { readonly postStart?: Handler; readonly preStop?: Handler };
  readonly resources?: { readonly requests?: Texts; readonly limits?: Texts };
  readonly securityContext?: SecurityContext;
}

/** What a probe or a lifecycle hook asks. */
export interface Handler {
  readonly httpGet?: { readonly host?: string };
  readonly tcpSocket?: { readonly host?: string };
}

/** What a pod and its containers both may say; what a container says wins. */
export interface SecurityContext {
  readonly privileged?: boolean;
  readonly allowPrivilegeEscalation?: boolean;
  readonly readOnlyRootFilesystem?: boolean;
  readonly runAsNonRoot?: boolean;
  readonly runAsUser?: number;
  readonly procMount?: string;
  readonly capabilities?: { readonly add?: readonly string[]; readonly drop?: readonly string[] };
  readonly seccompProfile?: { readonly type?: string };
  readonly appArmorProfile?: { readonly type?: string };
  readonly seLinuxOptions?: { readonly type?: string; readonly user?: string; readonly role?: string };
  readonly windowsOptions?: { readonly hostProcess?: boolean };
}

export interface HorizontalPodAutoscaler extends Manifest {
  readonly spec?: {
    readonly minReplicas?: number;
    readonly scaleTargetRef?: { readonly kind?: string; readonly name?: string };
  };
}

export interface PodDisruptionBudget extends Manifest {
  readonly spec?: {
    readonly selector?: LabelSelector;
    readonly minAvailable?: number | string;
    readonly maxUnavailable?: number | string;
  };
}

export interface NetworkPolicy extends Manifest {
  readonly spec?: { readonly podSelector?: LabelSelector };
}

export interface LabelSelector {
  readonly matchLabels?: Texts;
  readonly matchExpressions?: readonly {
    readonly key: string;
    readonly operator: string;
    readonly values?: readonly string[];
  }[];
}

/** A Gateway of Gateway API. */
export interface Gateway extends Manifest {
  readonly spec?: { readonly listeners?: readonly Listener[] };
}

export interface Listener {
  readonly name?: string;
  readonly port?: number;
  readonly protocol?: string;
  readonly hostname?: string;
}

/** An HTTPRoute or a GRPCRoute of Gateway API. */
export interface GatewayRoute extends Manifest {
  readonly spec?: {
    readonly parentRefs?: readonly ParentRef[];
    readonly hostnames?: readonly string[];
    readonly rules?: readonly { readonly backendRefs?: readonly BackendRef[] }[];
  };
}

export interface ParentRef {
  readonly name?: string;
  readonly namespace?: string;
  readonly sectionName?: string;
  readonly port?: number;
}

export interface BackendRef {
  readonly kind?: string;
  readonly name?: string;
  readonly namespace?: string;
  readonly weight?: number;
}

/** A Gateway of Istio's. */
export interface IstioGateway extends Manifest {
  readonly spec?: {
    readonly servers?: readonly {
      readonly port?: { readonly number?: number; readonly protocol?: string };
      readonly hosts?: readonly string[];
      readonly tls?: { readonly httpsRedirect?: boolean; readonly mode?: string };
    }[];
  };
}

export interface VirtualService extends Manifest {
  readonly spec?: {
    readonly hosts?: readonly string[];
    readonly gateways?: readonly string[];
    readonly http?: readonly { readonly route?: readonly Destination[] }[];
  };
}

export interface Destination {
  readonly destination?: { readonly host?: string; readonly subset?: string };
  readonly weight?: number;
}

export interface DestinationRule extends Manifest {
  readonly spec?: {
    readonly host?: string;
    readonly subsets?: readonly { readonly name?: string; readonly labels?: Texts }[];
  };
}
