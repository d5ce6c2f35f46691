import type * as k8s from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";

/**
 * Arguments of a `Release`: the keys of a stack file without `sluice:`, with the same meaning and defaults.
 *
 * What goes into objects as it is may be an input. What decides who gets which version, and which objects there are, is a
 * plain value: a preview has to know it.
 */
export interface ReleaseArgs {
  /** How versions take turns: `canary` (by header, cookie and weight), `blueGreen` or `replicaRatio`; `canary` by default. */
  readonly strategy?: "canary" | "blueGreen" | "replicaRatio";
  /** What routes requests: Ingresses, Gateway API, Istio, or a Service alone; `service` under replicaRatio, else `ingress`. */
  readonly router?: "ingress" | "gateway" | "istio" | "service";
  /** What reads the routes: an `IngressNginx`, or the class of a controller that is there; the class `nginx` by default. */
  readonly ingress?: {
    /** The IngressClass, or under router gateway the GatewayClass. */
    readonly className: pulumi.Input<string>;
    /** The address that it answers at, for the outputs. */
    readonly address?: pulumi.Input<string | undefined>;
  };
  /** A Gateway that is there already, for router gateway. */
  readonly gateway?: { readonly name: pulumi.Input<string>; readonly namespace?: pulumi.Input<string> };

  /** The host that users ask for. */
  readonly host?: pulumi.Input<string>;
  /** The path below which the plan holds; `/` by default. */
  readonly path?: string;
  /** What there is to say of the routes beside `host` and `path`. */
  readonly route?: {
    /** How the path is compared; `Prefix` by default. */
    readonly pathType?: PathType;
    /** Further hosts and paths that the same plan holds for. */
    readonly more?: readonly {
      readonly host?: pulumi.Input<string>;
      readonly path?: string;
      readonly pathType?: PathType;
    }[];
    /** The hosts that are served by TLS, with the Secrets of their certificates. */
    readonly tls?: readonly {
      readonly secretName: pulumi.Input<string>;
      readonly hosts: readonly pulumi.Input<string>[];
    }[];
    /** Further annotations of the mainline Ingress. */
    readonly annotations?: Readonly<Record<string, string>>;
    /** How long requests may take, under routers gateway and istio: durations such as `10s`. */
    readonly timeouts?: { readonly request?: string; readonly backend?: string };
    /** How often a request is sent again, under routers gateway and istio. */
    readonly retries?: { readonly attempts: number; readonly codes?: readonly number[] };
    /** The host at which the idle color is tried before the switch. */
    readonly previewHost?: pulumi.Input<string>;
  };

  /** The version that everybody gets who is not sent to the canary. */
  readonly stable?: string;
  /** The version on trial; without it, everybody gets stable. */
  readonly canary?: string;
  /** Percent of the requests that no rule decides, or parts of `weightTotal`; 0 by default. */
  readonly canaryWeight?: number;
  /** What `canaryWeight` is a part of; 100 by default. */
  readonly weightTotal?: number;
  /** The header that sends requests to the canary. */
  readonly headerMatch?: { readonly name: string; readonly value?: string; readonly pattern?: string };
  /** The cookie that sends requests to the canary (`always`) or keeps them from it (`never`). */
  readonly cookieMatch?: string;
  /** Clients' addresses (IPv4, single ones or ranges) that get the canary, under router istio. */
  readonly clientMatch?: readonly string[];
  /** Percent of the requests of which the canary gets a copy, under routers gateway and istio. */
  readonly mirrorPercent?: number;
  /** Users stay with what served them first, by a cookie; nobody does by default. */
  readonly affinity?: {
    /** `cookie` (by default): users stay with the pod that served them first. */
    readonly mode?: "cookie";
    /** `sticky` (by default): canary users stay with the canary; `legacy`: they are assigned again. */
    readonly behavior?: "sticky" | "legacy";
    /** The cookie's name; `INGRESSCOOKIE` by default. */
    readonly cookie?: string;
  };

  /** The version in each color of a blue-green release. */
  readonly colors?: { readonly blue?: string; readonly green?: string };
  /** The color that takes all traffic. */
  readonly activeColor?: "blue" | "green";
  /** What happens to the idle color: `keep` (by default), `scaleDown` to 0 pods, or `remove`. */
  readonly retireIdle?: "keep" | "scaleDown" | "remove";
  /** What router service needs to know of the nodes. */
  readonly service?: {
    /** The port of every node at which the Service answers; without it the Service is of type LoadBalancer. */
    readonly nodePort?: number;
    /** The port of every node at which the idle color is tried before the switch. */
    readonly previewNodePort?: number;
  };

  /** The workload's name, in front of its objects' names (`shop-v1`); the component's name by default. */
  readonly workload?: string;
  /** The namespace of all objects, which must exist; `default` by default. */
  readonly namespace?: pulumi.Input<string>;
  /** The versions of the workload by name. */
  readonly versions: Readonly<Record<string, VersionArgs>>;
}

/** How a path is compared (networking.k8s.io/v1). */
export type PathType = "Exact" | "Prefix" | "ImplementationSpecific";

/** A core/v1 Probe. */
export type ProbeArgs = pulumi.Unwrap<k8s.types.input.core.v1.Probe>;

/** What the pods of one version run. */
export interface VersionArgs {
  /** The container image, with its tag or digest. */
  readonly image: pulumi.Input<string>;
  /** How many pods; 1 by default. */
  readonly replicas?: number;
  /** The TCP port that the container listens on; 80 by default. */
  readonly port?: number;
  /** Environment variables by name; one that is secret stays secret in Pulumi's state. */
  readonly env?: Readonly<Record<string, pulumi.Input<string>>>;
  /** Files in the container by path; a changed file rolls the pods. */
  readonly files?: Readonly<Record<string, string>>;
  /** Folders that the container may write to, empty at the start of each pod. */
  readonly writableFolders?: readonly string[];
  /** core/v1 ResourceRequirements; small requests and no limits by default. */
  readonly resources?: pulumi.Unwrap<k8s.types.input.core.v1.ResourceRequirements>;
  /** How the kubelet probes the pods; by default for readiness alone, by HTTP on `/`. */
  readonly probes?: {
    /** The path that the default readiness probe asks; `/` by default. */
    readonly path?: string;
    readonly startup?: ProbeArgs;
    readonly readiness?: ProbeArgs;
    readonly liveness?: ProbeArgs;
  };
  /** The user that the container runs as, never root and without capabilities; the image's own by default. */
  readonly runAsUser?: number;
  /** True if the container may write to its `writableFolders` alone. */
  readonly readOnlyRootFilesystem?: boolean;
  /** The ServiceAccount of the pods; without it they have no token. */
  readonly serviceAccountName?: pulumi.Input<string>;
  /** When the kubelet pulls the image; by its tag by default, as Kubernetes does. */
  readonly imagePullPolicy?: "Always" | "IfNotPresent" | "Never";
  /** Seconds that a pod keeps serving after it was told to go; 5 by default. */
  readonly drainSeconds?: number;
  /** Scales by CPU instead of a fixed number of replicas. */
  readonly autoscaling?: { readonly minReplicas: number; readonly maxReplicas: number; readonly cpuPercent?: number };
  /** How many pods must stay when nodes are drained; no disruption budget by default. */
  readonly minAvailable?: number;
}
