import type { ClusterApi } from "../../cluster/api";
import { isEnded, type RolloutState } from "../state";
import { StackLease } from "./lease";
import type { StackPlace } from "./leases";
import type { RolloutRecords } from "./records";

/** The sources of information about a stack's driver. */
interface Sources {
  readonly api: Pick<ClusterApi, "coordination" | "connection">;
  readonly records: Pick<RolloutRecords, "notes">;
  readonly at: StackPlace;
}

/** The driver of a stack's rollouts, if there is one. */
export async function driverOf({ api, at }: Pick<Sources, "api" | "at">): Promise<string | undefined> {
  const holder = await StackLease.holder(api, at);
  return holder?.isAlive && holder.doing === "rollout" ? holder.who : undefined;
}

/**
 * Since when an unfinished rollout has no driver, and why: `no driver since 2026-03-02 09:00:00 UTC
 * (ann@laptop (process 12): interrupted)`.
 *
 * @returns nothing if it has a driver, or is over.
 */
export async function whyUndriven({ api, records, at }: Sources, state: RolloutState): Promise<string | undefined> {
  if (isEnded(state)) return undefined;
  const holder = await StackLease.holder(api, at);
  if (holder?.isAlive && holder.doing === "rollout") return undefined;
  const { departure, storedAt, pending, lapsed } = await records.notes(state.id);
  const isSilent = !departure && holder && holder.doing === "rollout";
  const since = departure?.at ?? (isSilent ? new Date(holder.seenAt).toISOString() : storedAt);
  const who = departure
    ? ` (${departure.by}: ${departure.why})`
    : isSilent
      ? ` (the lease of ${holder.who} expired)`
      : "";
  const asked = pending.map(({ command, by }) => `; ${command}, asked by ${by}, waits for a driver`).join("");
  const late = lapsed.map(({ command, by }) => `; ${command}, asked by ${by}, has expired: run it again`).join("");
  return `no driver since ${since === undefined ? "its last step" : inWords(since)}${who}${asked}${late}`;
}

/** `rollout 3 to v2 is Progressing at step 1 of 3, with no driver since …`. */
export function describeUndriven({ id, spec, phase, step }: RolloutState, undriven: string): string {
  return `rollout ${id} to ${spec.to} is ${phase} at step ${step} of ${spec.steps.length}, with ${undriven}`;
}

function inWords(time: string): string {
  return `${time.replace("T", " ").slice(0, 19)} UTC`;
}
