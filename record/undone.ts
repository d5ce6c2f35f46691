import { checksumOf } from "../workloads/checksum";
import type { VersionConfig } from "../config/versions";
import { isUnreachable, mainVersion, trialVersion, type TrafficPlan } from "../traffic/plan";
import type { RolloutTraffic } from "./traffic";

/** The parts of a stack that may undo a rollout. */
interface Stack {
  readonly plan: TrafficPlan;
  readonly versions: Readonly<Record<string, VersionConfig>>;
}

/** How a stack would undo a finished rollout, as a sentence; nothing if it keeps the rollout's result. */
export function explainUndone(rollout: RolloutTraffic | undefined, { plan, versions }: Stack): string | undefined {
  if (!rollout) return undefined;
  const { id, from, to, state, outcome, checksum, hidden } = rollout;
  if (state === "promoted" && mainVersion(plan) === from)
    return `rollout ${id} promoted ${to}, and this update would take users back to ${from}`;
  const version = versions[to];
  const isSame = version !== undefined && checksumOf(version, hidden) === checksum;
  if (state !== "taken back" || !isSame || !isServed(plan, to)) return undefined;
  return `rollout ${id} rolled users back from ${to} (${outcome}), and this update would send them there again`;
}

function isServed(plan: TrafficPlan, version: string): boolean {
  if (mainVersion(plan) === version) return true;
  return plan.strategy !== "blueGreen" && trialVersion(plan) === version && !isUnreachable(plan);
}
