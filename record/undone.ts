import { checksumOf } from "../config/checksum";
import type { VersionConfig } from "../config/versions";
import { activeVersion, isUnreachable, servingVersion, type TrafficPlan } from "../traffic/plan";
import type { RolloutTraffic } from "./traffic";

/** What a stack comes to, as far as a rollout may be undone by it. */
interface Stack {
  readonly plan: TrafficPlan;
  readonly versions: Readonly<Record<string, VersionConfig>>;
}

/** What of a finished rollout a stack would undo, as a sentence; nothing where it leaves the rollout's result alone. */
export function explainUndone(rollout: RolloutTraffic | undefined, { plan, versions }: Stack): string | undefined {
  if (!rollout || plan.strategy === "replicaRatio") return undefined;
  const { id, from, to, state, outcome, checksum, hidden } = rollout;
  if (state === "promoted" && servingVersion(plan) === from)
    return `rollout ${id} promoted ${to}, and this update would take users back to ${from}`;
  const version = versions[to];
  const isSame = version !== undefined && checksumOf(version, hidden) === checksum;
  if (state !== "taken back" || !isSame || !isServed(plan, to)) return undefined;
  return `rollout ${id} took users back from ${to} (${outcome}), and this update would send them there again`;
}

function isServed(plan: TrafficPlan, version: string): boolean {
  if (plan.strategy === "canary")
    return plan.stable === version || (plan.canary?.version === version && !isUnreachable(plan));
  return plan.strategy === "blueGreen" && activeVersion(plan) === version;
}
