import type { StackConfig } from "../config/stack-config";
import { activeVersion, idleColor, isUnreachable, servingVersion, triedColor, type TrafficPlan } from "../traffic/plan";

/** The versions that have objects while a plan is in force, including those without pods. */
export function deployedVersions({ versions }: Pick<StackConfig, "versions">, plan: TrafficPlan): string[] {
  if (plan.strategy === "replicaRatio")
    return [plan.stable, ...(plan.canary ? [plan.canary] : [])].map(({ version }) => version);
  if (plan.strategy === "canary") return Object.keys(versions);
  const idle = plan.retireIdle === "remove" ? undefined : idleColor(plan);
  return [activeVersion(plan), ...(idle ? [idle.version] : [])];
}

/** The versions that have pods while a plan is in force. */
export function runningVersions(config: Pick<StackConfig, "versions">, plan: TrafficPlan): string[] {
  if (plan.strategy === "replicaRatio")
    return [plan.stable, ...(plan.canary?.replicas ? [plan.canary] : [])].map(({ version }) => version);
  const running = deployedVersions(config, plan).filter((version) => config.versions[version]?.replicas !== 0);
  const retired = plan.strategy === "blueGreen" && plan.retireIdle !== "keep" ? idleColor(plan)?.version : undefined;
  return running.filter((version) => version !== retired);
}

/** The versions that a plan sends users to. */
export function reachedVersions(plan: TrafficPlan): string[] {
  if (plan.strategy === "replicaRatio") return runningVersions({ versions: {} }, plan);
  const trial =
    plan.strategy === "blueGreen"
      ? triedColor(plan)?.version
      : !isUnreachable(plan) || plan.canary?.mirrorPercent
        ? plan.canary?.version
        : undefined;
  return [servingVersion(plan), ...(trial === undefined ? [] : [trial])];
}

/** A Deployment whose number of pods an autoscaler sets. */
export interface Autoscaled {
  readonly namespace: string;
  /** The Deployment. */
  readonly target: string;
  /** Its autoscaler's name; the Deployment's by default. */
  readonly autoscaler?: string;
  readonly minReplicas: number;
  readonly maxReplicas: number;
}

/** A version's pods that are to serve instead of another version's, of which an autoscaler has the number. */
export interface Successor extends Autoscaled {
  /** The Deployment that serves until now. */
  readonly serving: string;
}

/** What is read of a live Deployment: how many pods it is to have, and how many are ready. */
interface LiveScale {
  readonly spec?: { readonly replicas?: number };
  readonly status?: { readonly readyReplicas?: number };
}

/**
 * How many pods a successor must have before users come to it: as many as serve, within its autoscaler's bounds.
 *
 * @param serving the live Deployment that serves.
 */
export function podsNeeded({ minReplicas, maxReplicas }: Successor, serving: object | undefined): number {
  const { spec } = (serving ?? {}) as LiveScale;
  return Math.min(Math.max(spec?.replicas ?? 0, minReplicas), maxReplicas);
}

/**
 * How many pods of a live Deployment are ready.
 *
 * @returns nothing for one that has no pods at all: an update brings it back with as many as serve.
 */
export function podsReady(target: object | undefined): number | undefined {
  const { spec, status } = (target ?? {}) as LiveScale;
  return spec?.replicas ? (status?.readyReplicas ?? 0) : undefined;
}

/**
 * What must have as many pods as what serves until now before users are switched from one color to the other: an autoscaler
 * leaves a version without users the least number of pods.
 */
export function autoscaledSuccessors(config: StackConfig, from: TrafficPlan, to: TrafficPlan): Successor[] {
  if (from.strategy !== "blueGreen" || to.strategy !== "blueGreen") return [];
  const [before, after] = [activeVersion(from), activeVersion(to)];
  if (before === after) return [];
  return workloadsOf(config).flatMap((workload) => {
    const target = autoscaled(workload, after);
    return target && workload.versions[before] ? [{ ...target, serving: `${workload.name}-${before}` }] : [];
  });
}

/** The Deployments that serve users under a plan with colors, and have an autoscaler. */
export function autoscaledActive(config: StackConfig, plan: TrafficPlan): Autoscaled[] {
  if (plan.strategy !== "blueGreen") return [];
  return workloadsOf(config).flatMap((workload) => autoscaled(workload, activeVersion(plan)) ?? []);
}

interface Workload extends Pick<StackConfig, "namespace" | "versions"> {
  readonly name: string;
}

function workloadsOf({ workload, namespace, versions, companions }: StackConfig): Workload[] {
  return Object.entries({ [workload]: { versions }, ...companions }).map(([name, { versions }]) => ({
    name,
    namespace,
    versions,
  }));
}

function autoscaled({ name, namespace, versions }: Workload, version: string): Autoscaled | undefined {
  const { minReplicas, maxReplicas } = versions[version]?.autoscaling ?? {};
  if (minReplicas === undefined || maxReplicas === undefined) return undefined;
  return { namespace, target: `${name}-${version}`, minReplicas, maxReplicas };
}
