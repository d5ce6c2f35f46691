import type { TrafficPlan } from "../traffic/plan";
import type { Application } from "../kubernetes/application";
import type { IngressControllerConfig, MetalLbConfig } from "./entrance";
import type { MigrationConfig } from "./migration";
import type { RenamedKey } from "./renamed";
import type { RolloutConfig } from "./rollout";
import type { GatewayConfig, IstioConfig, RequestConfig } from "./routers";
import type { Values } from "./schema";
import type { VersionConfig } from "./versions";
import type { WorkloadConfig } from "./workloads";

/** A stack's config, checked, with defaults filled in. */
export interface StackConfig {
  /** What the stack is for, which the policies' limits depend on. */
  readonly environment: Values["environment"];
  /** Who gets which version. */
  readonly plan: TrafficPlan;
  /** The host that users ask for; behind a Service alone a name only. */
  readonly host?: string;
  /** The workload's name. */
  readonly workload: string;
  /** The workload's namespace. */
  readonly namespace: string;
  /** The workload's versions by name. */
  readonly versions: Readonly<Record<string, VersionConfig>>;
  /** The application's own objects; nothing if the stack describes its versions itself. */
  readonly application?: Application;
  /** The workloads that this one calls: each version calls the same version of theirs. */
  readonly calls: readonly string[];
  /** The other workloads of the release, by name, each in the same versions. */
  readonly companions: Readonly<Record<string, WorkloadConfig>>;
  /** MetalLB's settings, or nothing where the stack brings none. */
  readonly metallb?: MetalLbConfig;
  /** What reads the routes; nothing behind a Service alone, and where a Gateway is there already. */
  readonly ingressController?: IngressControllerConfig;
  /** The Secrets of certificates, with the hosts that they are for. */
  readonly tls: readonly { readonly secretName: string; readonly hosts: readonly string[] }[];
  /** Further annotations of the mainline Ingress. */
  readonly ingressAnnotations: Readonly<Record<string, string>>;
  /** The Gateway that is there already and that the routes attach to; the stack makes its own without it. */
  readonly gateway?: GatewayConfig;
  /** What is to be known of the mesh, under router istio. */
  readonly istio?: IstioConfig;
  /** How long requests may take, and how often they are retried. */
  readonly requests: RequestConfig;
  /** The way to another router that is under way. */
  readonly migration?: {
    /** Whose objects users come by. */
    readonly users: MigrationConfig["users"];
    /** The stack as it is when the migration is over. */
    readonly target: StackConfig;
  };
  /** How rollouts go; nothing where the stack doesn't say. */
  readonly rollout?: RolloutConfig;
  /** The address of a node, by which a NodePort is asked. */
  readonly nodeAddress?: string;
  /** The keys that the stack has by their names of the release before. */
  readonly renamed: readonly RenamedKey[];
}
