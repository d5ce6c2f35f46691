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
  readonly spec?: { readonly type?: string; readonly selector?: Texts };
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
  readonly securityContext?: { readonly runAsNonRoot?: boolean; readonly runAsUser?: number };
  readonly initContainers?: readonly Container[];
  readonly containers?: readonly Container[];
  readonly volumes?: readonly { readonly name?: string; readonly hostPath?: { readonly path?: string } }[];
}

export interface Container {
  readonly name?: string;
  readonly image?: string;
  readonly readinessProbe?: object;
  readonly livenessProbe?: object;
  readonly resources?: { readonly requests?: Texts; readonly limits?: Texts };
  readonly securityContext?: {
    readonly privileged?: boolean;
    readonly allowPrivilegeEscalation?: boolean;
    readonly runAsNonRoot?: boolean;
    readonly runAsUser?: number;
    readonly capabilities?: { readonly add?: readonly string[] };
  };
}

export interface HorizontalPodAutoscaler extends Manifest {
  readonly spec?: {
    readonly minReplicas?: number;
    readonly scaleTargetRef?: { readonly kind?: string; readonly name?: string };
  };
}

export interface PodDisruptionBudget extends Manifest {
  readonly spec?: { readonly selector?: LabelSelector };
}

export interface LabelSelector {
  readonly matchLabels?: Texts;
  readonly matchExpressions?: readonly {
    readonly key: string;
    readonly operator: string;
    readonly values?: readonly string[];
  }[];
}
