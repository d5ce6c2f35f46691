import type { StackConfig } from "../config/stack-config";
import { activeVersion, idleColor, isUnreachable, servingVersion, triedColor, type TrafficPlan } from "../traffic/plan";

/** The versions whose objects are there while a plan is in force, those without pods among them. */
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

/** The versions to which a plan leads anybody. */
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

/** A version's pods that are to serve instead of another version's, of which an autoscaler has the number. */
export interface Successor {
  readonly namespace: string;
  /** The Deployment that serves until now. */
  readonly serving: string;
  /** The Deployment that is to serve. */
  readonly target: string;
  /** Its autoscaler's name; the Deployment's by default. */
  readonly autoscaler?: string;
  readonly minReplicas: number;
  readonly maxReplicas: number;
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
  const { workload, namespace, versions, companions } = config;
  return Object.entries({ [workload]: { versions }, ...companions }).flatMap(([name, { versions }]) => {
    const { minReplicas, maxReplicas } = versions[after]?.autoscaling ?? {};
    if (minReplicas === undefined || maxReplicas === undefined || !versions[before]) return [];
    return [{ namespace, serving: `${name}-${before}`, target: `${name}-${after}`, minReplicas, maxReplicas }];
  });
}
