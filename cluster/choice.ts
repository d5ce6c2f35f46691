import type { Cluster } from "../engine/engine";
import type { Step } from "../progress/step";

/** A chosen cluster: the reason, and the steps to start and remove it. */
export interface ClusterChoice {
  /** One line for the user: which cluster, and why. */
  readonly reason: string;
  /** The cluster's name, known before it is up. */
  readonly name: string;
  /** Brings it up with what a stack of this config needs; nothing to do for a cluster that was named. */
  upSteps(config: Readonly<Record<string, unknown>>): readonly Step[];
  /** Removes it; nothing to do for a cluster that was named. */
  readonly downSteps: readonly Step[];
  /** The folder of a disposable cluster, which is removed with it; nothing for a cluster that was named. */
  readonly folder?: string;
  /** True if the cluster can be asked and, if it is a disposable one, has what a stack of this config needs. */
  isUp(config?: Readonly<Record<string, unknown>>): Promise<boolean>;
  /** The cluster, once it is up. */
  cluster(): Cluster;
}

/** What the user says about the cluster. */
export interface ClusterOptions {
  /** A context of the kubeconfig. */
  readonly context?: string;
  /** The kind of disposable cluster, if none is named. */
  readonly cluster?: "lab" | "kind";
  /** The lab's name. */
  readonly labName?: string;
  /** The lab's port of the API server on this machine. */
  readonly labPort?: number;
}
