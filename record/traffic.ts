import { isDeepStrictEqual } from "node:util";
import { isMap } from "../values/is-map";
import { configNamespace, ownValues } from "../config/own-values";
import { asNumber, type TrafficValues } from "./traffic-values";
import { valueAt } from "../values/value-at";

/** How far a rollout is, as far as the traffic is concerned; `kept` where a promotion failed and users stay with the canary. */
export type TrafficState = "under way" | "promoted" | "taken back" | "kept";

/** What a rollout says of its stack's traffic. It is stored with the rollout, for the next update of the stack. */
export interface RolloutTraffic {
  /** Counts the stack's rollouts, from 1. */
  readonly id: number;
  /** The version that users had before. */
  readonly from: string;
  /** The version that the rollout leads to. */
  readonly to: string;
  readonly state: TrafficState;
  /** Why it ended. */
  readonly outcome?: string;
  /** What the stack's config is to say, by the key's path: `canaryWeight`, `versions.v2.replicas`. `null` takes a key out. */
  readonly values: TrafficValues;
  /** What of all that rollouts change the stack's file said when this one began. */
  readonly before: TrafficValues;
  /** A digest of what the version runs that the rollout leads to. */
  readonly checksum: string;
  /** The paths of that version's encrypted values, which the digest leaves out: Pulumi's program sees them decrypted. */
  readonly hidden?: readonly (readonly string[])[];
  /** True once the stack's file has said the same. */
  readonly isSettled?: boolean;
  /** True for the rollout's own driver, whose updates have the record's config in place of the file's. */
  readonly isDriver?: boolean;
}

/** A stack's config as a rollout leaves it, and what people should know of that. */
export interface DecidedConfig {
  /** Values by full key. */
  readonly config: Readonly<Record<string, unknown>>;
  /** The rollout that decides about the traffic in place of the file; nothing if the file does. */
  readonly decides?: RolloutTraffic;
  /** A rollout that is over whose result the file does not say, nor what it said before: somebody has changed it since. */
  readonly isPassedOver?: RolloutTraffic;
  /** The last rollout whose result the file has said, by its number; 0 for none. */
  readonly settled: number;
}

/**
 * Decides between a stack's file and its last rollout: while that is under way, it decides about the traffic. Once it is over,
 * its result stays in force until the file says the same, or something that it did not say before.
 *
 * @param given the file's values by full key.
 * @param settled the last rollout whose result a file has said, by its number.
 */
export function decideTraffic(
  given: Readonly<Record<string, unknown>>,
  rollout: RolloutTraffic | undefined,
  settled = 0,
): DecidedConfig {
  if (!rollout || rollout.isSettled || rollout.id <= settled) return { config: given, settled };
  const { id, state, values, before, isDriver } = rollout;
  const decided = { config: withValues(given, values), decides: rollout, settled };
  if (state === "under way" || isDriver) return decided;
  if (says(given, values)) return { config: given, settled: id };
  return says(given, before) ? decided : { config: given, isPassedOver: rollout, settled };
}

/** In plain English, that a rollout decides in place of the stack's file; nothing if the file does. */
export function explainDecision({ decides }: Pick<DecidedConfig, "decides">): string[] {
  if (!decides || decides.isDriver) return [];
  const { id, from, to, state } = decides;
  if (state === "under way")
    return [`rollout ${id} (${from} → ${to}) is under way and decides about the traffic, not the stack's file`];
  const result = {
    promoted: `promoted ${to}`,
    "taken back": `rolled back to ${from}`,
    kept: `left users with ${to}`,
  };
  return [
    `rollout ${id} ${result[state]}; this stays in force until the stack file says so: write it with sluice settle`,
  ];
}

/** True if a stack's config has all of these values. */
export function says(given: Readonly<Record<string, unknown>>, values: TrafficValues): boolean {
  const there = valuesAt(given, Object.keys(values));
  return Object.entries(onlyThere(values, given)).every(([path, value]) =>
    isDeepStrictEqual(there[path], asNumber(value)),
  );
}

/** What a stack's config has at some paths; `null` where it has nothing. */
export function valuesAt(given: Readonly<Record<string, unknown>>, paths: readonly string[]): TrafficValues {
  const own = ownValues(given);
  return Object.fromEntries(paths.map((path) => [path, asNumber(valueAt(own, path.split("."))) ?? null]));
}

/** A stack's config with other values. */
export function withValues(
  given: Readonly<Record<string, unknown>>,
  values: TrafficValues,
): Readonly<Record<string, unknown>> {
  const own = Object.entries(onlyThere(values, given)).reduce<Record<string, unknown>>(
    (changed, [path, value]) => withValueAt(changed, path.split("."), value),
    ownValues(given),
  );
  const theirs = Object.entries(given).filter(([key]) => !key.startsWith(`${configNamespace}:`));
  const mine = Object.entries(own).map(([key, value]) => [`${configNamespace}:${key}`, value] as const);
  return Object.fromEntries([...theirs, ...mine]);
}

/** A version that the config does not have any more has no pods that could go. */
export function onlyThere(values: TrafficValues, given: Readonly<Record<string, unknown>>): TrafficValues {
  const versions = (ownValues(given)["versions"] ?? {}) as Record<string, unknown>;
  const isThere = (path: string) => (/^versions\.(.+)\.replicas$/.exec(path)?.[1] ?? "") in versions;
  return Object.fromEntries(
    Object.entries(values).filter(([path, value]) => value !== 0 || isThere(path) || !path.startsWith("versions.")),
  );
}

function withValueAt(map: Record<string, unknown>, path: readonly string[], value: unknown): Record<string, unknown> {
  const [key = "", ...rest] = path;
  const { [key]: inner, ...others } = map;
  if (rest.length === 0) return value === null ? others : { ...map, [key]: value };
  // What is not there can't lose anything.
  if (!isMap(inner) && value === null) return map;
  return { ...map, [key]: withValueAt(isMap(inner) ? inner : {}, rest, value) };
}
