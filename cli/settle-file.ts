import { readFileSync } from "node:fs";
import { parseStackConfig } from "../config";
import type { TrafficValues } from "../record/traffic-values";
import { stackOfText } from "../engine/stack-file";
import { replaceFile } from "../engine/write-file";
import { onlyThere, says, type RolloutTraffic } from "../record/traffic";
import { withTrafficValues } from "./traffic-text";

/** A stack's file, by its path and the stack's name. */
interface FileOfStack {
  readonly file: string;
  readonly stack: string;
}

/** A stack file's text before and after it says what a rollout has brought. */
export interface Settlement {
  readonly before: string;
  readonly after: string;
  /** True if the file says of the traffic what it said when the rollout began, or what the rollout has brought. */
  readonly isUntouched: boolean;
}

/**
 * A stack file's text with other values.
 *
 * @throws UserError or ConfigError if it can't have them.
 */
export function textWith(before: string, { file, stack }: FileOfStack, values: TrafficValues): string {
  const { config } = stackOfText(before, file, stack);
  const after = says(config, values) ? before : withTrafficValues(before, onlyThere(values, config));
  parseStackConfig(stackOfText(after, file, stack).config);
  return after;
}

/**
 * What a stack's file must say for what a rollout has brought to stay in force.
 *
 * @throws UserError or ConfigError if there is no file, or it can't say so.
 */
export function settlementOf(place: FileOfStack, { values, before: said }: RolloutTraffic): Settlement {
  const before = readFileSync(place.file, "utf8");
  const { config } = stackOfText(before, place.file, place.stack);
  const after = textWith(before, place, values);
  return { before, after, isUntouched: after === before || says(config, said) };
}

/**
 * Writes what a rollout has brought into the stack's file, if nobody has changed its traffic since.
 *
 * @returns why not, as a sentence; nothing if the file says it.
 */
export function settleFile(place: FileOfStack, traffic: RolloutTraffic): string | undefined {
  try {
    const { before, after, isUntouched } = settlementOf(place, traffic);
    if (!isUntouched) return `the traffic in ${place.file} was changed after the rollout began`;
    if (after !== before) replaceFile(place.file, after);
    return undefined;
  } catch (error) {
    return (error as Error).message;
  }
}
