import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import type { VersionConfig } from "../config/versions";

/** The Deployments of a workload's versions, as the stack's last update left them. */
export interface LastScales {
  /** With how many pods it left each Deployment, by its name; nothing if no autoscaler counts any. */
  readonly scales?: ReadonlyMap<string, number>;
  /** The version that takes all users, under blue-green: one that is new begins with as many pods as serve now, too. */
  readonly successor?: string;
}

/** How a version's pods come back. */
export interface ComingBack {
  /** True if it has no pods, because an autoscaler doesn't scale up from 0. */
  readonly isEmptied: boolean;
  /** The Deployment whose pods serve meanwhile. */
  readonly serving?: string;
}

/**
 * Whether a version has pods, and who serves while they come back.
 *
 * @param deploymentOf the name of a version's Deployment.
 */
export function comingBack(
  version: string,
  versions: readonly string[],
  deploymentOf: (version: string) => string,
  { scales, successor }: LastScales,
): ComingBack {
  const scaleOf = (one: string) => scales?.get(deploymentOf(one));
  // Of two colors the one that has pods serves while the other comes back. It may be removed already.
  const serving = versions.map(deploymentOf).find((name) => (scales?.get(name) ?? 0) > 0);
  const isNew = version === successor && serving !== undefined && scaleOf(version) === undefined;
  return { isEmptied: isNew || scaleOf(version) === 0, serving };
}

/** How many pods an autoscaled Deployment begins with, or comes back with: as many as serve meanwhile, within its bounds. */
export function startingNumber(
  name: string,
  namespace: pulumi.Input<string>,
  { minReplicas = 1, maxReplicas = 1 }: Partial<NonNullable<VersionConfig["autoscaling"]>>,
  { isEmptied, serving }: ComingBack,
  parent: pulumi.Resource | undefined,
): pulumi.Input<number> {
  if (!isEmptied || serving === undefined) return minReplicas;
  const id = pulumi.interpolate`${namespace}/${serving}`;
  // Secrets take a line each in a preview, where all that the cluster knows of a Deployment would bury what changes.
  const additionalSecretOutputs = ["metadata", "spec", "status"];
  const { spec } = k8s.apps.v1.Deployment.get(`${name}-meanwhile`, id, { parent, additionalSecretOutputs });
  return pulumi.unsecret(spec.replicas).apply((now) => Math.min(Math.max(now, minReplicas), maxReplicas));
}
