import type { ClusterProfile } from "../cluster/profile";
import type { TrafficValues } from "../record/traffic-values";
import type { RolloutTraffic } from "../record/traffic";
import type { Identities } from "../traffic/identity";
import type { TrafficPlan } from "../traffic/plan";
import type { Violation } from "./policy/violation";

/** A cluster that a command may touch, because it was named or made by Sluice. */
export interface Cluster {
  /** Its name in messages. */
  readonly name: string;
  /** The kubeconfig file; the ordinary one if it is left out. */
  readonly kubeconfig?: string;
  /** The context in that file; its current one if it is left out. */
  readonly context?: string;
  /** The cluster's replacements for what a stack's config names. */
  readonly profile?: ClusterProfile;
  /** The profile's file, for programs that are told by the environment. */
  readonly profileFile?: string;
}

/** The stack that an engine works on. */
export interface EngineTarget {
  readonly stack: string;
  /** The path of the stack's file. */
  readonly file: string;
  /** Config values by full key, as the stack's file has them. */
  readonly config: Readonly<Record<string, unknown>>;
  readonly cluster: Cluster;
  /** The stack's last rollout, for the program; the cluster is asked if it is left out. */
  readonly rollout?: RolloutTraffic;
}

/** What happens to an object. */
export type ChangeKind = "create" | "update" | "replace" | "delete" | "keep";

/** One object that an update touches. */
export interface Change {
  readonly kind: ChangeKind;
  /** The object as a user would name it: `Ingress demo/nginx-canary`. */
  readonly object: string;
  /** Why an object that the stack no longer has stays in the cluster. */
  readonly reason?: string;
}

/** The effects of an update, before it runs. */
export interface Preview {
  readonly changes: readonly Change[];
  /** How many objects stay as they are. */
  readonly unchanged: number;
  /** The change in detail, as text with `+` and `-` lines. */
  readonly diff: string;
  /** What works but is probably a mistake, a line each. */
  readonly warnings: readonly string[];
  /** What the policies say against it; a mandatory one stops the update. */
  readonly violations: readonly Violation[];
  /** The traffic in plain English as it is now; nothing if the stack is not up. */
  readonly trafficBefore?: readonly string[];
  /** The traffic in plain English as it will be. */
  readonly trafficAfter: readonly string[];
}

/** The result of an update. */
export interface UpdateResult {
  readonly changes: readonly Change[];
  readonly outputs: StackOutputs;
}

/** A stack's outputs. */
export interface StackOutputs {
  /** The traffic plan in plain English. */
  readonly traffic: readonly string[];
  /** The entry point's address; nothing until it has one. */
  readonly address?: string;
  /** The port of that address. */
  readonly port?: number;
  /** The URL that users open. */
  readonly url: string;
  /** Who gets which version. */
  readonly plan?: TrafficPlan;
  /** What each version is. */
  readonly versions?: Identities;
  /** The last rollout whose result the stack's file has said, by its number. */
  readonly settledRollout?: number;
  readonly [name: string]: unknown;
}

/** An update that went through. */
export interface PastUpdate {
  /** When, as ISO 8601 has it. */
  readonly time: string;
  /** What decided about the traffic, by the key's path: `canaryWeight`, `versions.v1.replicas`. */
  readonly traffic: TrafficValues;
}

/** How an update handles conflicts and existing objects. */
export interface UpdateOptions {
  /** Overwrites fields that another field manager changed; otherwise a conflict is an error that names manager and field. */
  readonly forceConflicts?: boolean;
  /** Takes over existing objects that this stack didn't make; otherwise they are an error. */
  readonly adopt?: boolean;
  /** A config of the policy pack, instead of the one for the stack's environment. */
  readonly policyPackConfig?: string;
  /** Called with the preview before anything changes; if it throws, the update stops. */
  readonly onPreview?: (preview: Preview) => void | Promise<void>;
  /** What alone is updated, as `--target` has it: a preview that was not Pulumi's has shown it, so that none is made. */
  readonly targets?: readonly string[];
}

/** What remains of a stack whose objects are removed. */
export interface DestroyOptions {
  /** Removes the stack's history too. */
  readonly forget?: boolean;
}
