import type * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import type { VersionConfig } from "../config/versions";
import type { ReplicaRatioPlan, Track } from "../traffic/plan";
import { versionDeployment } from "./version-deployment";

/** Arguments of {@link TrackedWorkload}. */
export interface TrackedWorkloadArgs {
  /** The workload's name: the stable Deployment's name, in front of the canary's, and the value of the label `app`. */
  readonly workload: string;
  /** The namespace of all its objects. */
  readonly namespace: pulumi.Input<string>;
  /** What each version runs. */
  readonly versions: Readonly<Record<string, VersionConfig>>;
  /** Which version each track runs, with how many pods. */
  readonly plan: ReplicaRatioPlan;
}

/**
 * An application in two tracks behind one Service: `stable`, and `canary` beside it. A promotion gives stable the canary's
 * version, by a rolling update, before the canary goes.
 */
export class TrackedWorkload extends pulumi.ComponentResource {
  /** The pods of the stable version. */
  readonly stable: k8s.apps.v1.Deployment;
  /** The pods of the version on trial. */
  readonly canary?: k8s.apps.v1.Deployment;

  constructor(name: string, args: TrackedWorkloadArgs, opts?: pulumi.ComponentResourceOptions) {
    super("sluice:workload:TrackedWorkload", name, {}, opts);
    const { plan, workload } = args;
    this.stable = this.track(args, "stable", workload, plan.stable);
    if (plan.canary) this.canary = this.track(args, "canary", `${workload}-canary`, plan.canary);
    this.registerOutputs({ stable: this.stable.metadata.name, canary: this.canary?.metadata.name });
  }

  private track(
    { workload, namespace, versions }: TrackedWorkloadArgs,
    track: "stable" | "canary",
    name: string,
    { version, replicas }: Track,
  ): k8s.apps.v1.Deployment {
    const config = versions[version];
    if (!config) throw new Error(`the plan names the version ${version}, which the stack does not have`);
    // The selector can't change, so it leaves the version out, which a promotion changes.
    const selector = { app: workload, track };
    return versionDeployment(
      { name, namespace, selector, labels: { ...selector, version }, config, replicas },
      { parent: this },
    );
  }
}
