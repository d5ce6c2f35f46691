import type { StackConfig } from "../config/stack-config";
import { activeVersion, idleColor, isUnreachable, servingVersion, triedColor, type TrafficPlan } from "../traffic/plan";

/** The versions whose objects are there while a plan is in force, those without pods among them. */
export function deployedVersions({ versions }: Pick<StackConfig, "versions">, plan: TrafficPlan): string[] {
  if (plan.strategy !== "blueGreen") return Object.keys(versions);
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
