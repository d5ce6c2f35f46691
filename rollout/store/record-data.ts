import type { V1ConfigMap } from "@kubernetes/client-node";
import { trafficKey } from "../../record/read";
import { trafficOf } from "../stack";
import { UserError } from "../../progress/user-error";
import type { RolloutState } from "../state";

/** The version of what a record says. One of another version is left alone. */
const recordVersion = "1";

/** The bytes that a state may have: a ConfigMap holds 1 MiB, with what else is in it. */
const mostBytes = 900_000;

/** How a driver left a rollout that was not over. */
export interface Departure {
  /** When, as ISO 8601. */
  readonly at: string;
  /** Who drove it. */
  readonly by: string;
  /** As a sentence. */
  readonly why: string;
}

/** The data of a record: the state, and what `kubectl get configmap -o yaml` should show without reading JSON. */
export type RecordData = ReturnType<typeof dataOf>;

/** A state as it is stored. */
export function dataOf(state: RolloutState, { writer, at }: { readonly writer: string; readonly at: string }) {
  const { phase, step, spec, outcome = "" } = state;
  return {
    version: recordVersion,
    phase,
    from: spec.from,
    to: spec.to,
    step: `${step} of ${spec.steps.length}`,
    outcome,
    driver: writer,
    storedAt: at,
    [trafficKey]: JSON.stringify(trafficOf(state)),
    state: textOf(state),
  };
}

/** The state of a record, or why it can't be read, as one line that names the record and what to do. */
export function readRecord({ metadata, data = {} }: V1ConfigMap): { state: RolloutState } | { trouble: string } {
  const name = `ConfigMap ${metadata?.namespace}/${metadata?.name}`;
  // Before there were versions there was the first one.
  const { version = recordVersion, state } = data;
  if (version !== recordVersion)
    return {
      trouble: `${name} is the record of a rollout by another version of Sluice (${version}, this one reads ${recordVersion}): use that Sluice, or delete the record`,
    };
  try {
    const value = JSON.parse(state ?? "") as Partial<RolloutState> | null;
    if (value?.spec?.steps && value.activity && typeof value.id === "number") return { state: value as RolloutState };
  } catch {
    // Invalid JSON gets the same message as an incomplete state.
  }
  return { trouble: `${name} isn't a valid record of a rollout: restore it from a backup, or delete it` };
}

/** The state of a record. @throws UserError if it can't be read. */
export function demandState(object: V1ConfigMap): RolloutState {
  const record = readRecord(object);
  if ("trouble" in record) throw new UserError(record.trouble, "SLUICE1508");
  return record.state;
}

function textOf(state: RolloutState): string {
  const text = JSON.stringify(state);
  const { rounds } = state;
  if (Buffer.byteLength(text) <= mostBytes || rounds.length === 0) return text;
  return textOf({ ...state, rounds: rounds.slice(Math.ceil(rounds.length / 10)) });
}
