import type { EngineEvent } from "@pulumi/pulumi/automation";
import type { StepContext } from "../progress/step";
import { changeOf } from "./changes";
import type { Change } from "./engine";
import { plainText } from "./plain-text";
import { describeUrn, isPlan } from "./urn";

/** The results of an update so far. */
export interface Watched {
  readonly changes: Change[];
  /** The program's warnings about its plan. */
  readonly warnings: string[];
  /** How many objects stay as they are. */
  readonly unchanged: () => number;
  readonly onEvent: (event: EngineEvent) => void;
}

/** Follows an update's events: reports progress, and collects what changes. */
export function watch({ report }: StepContext): Watched {
  const changes: Change[] = [];
  const warnings: string[] = [];
  let done = 0;
  let unchanged = 0;
  const onEvent = ({ resourcePreEvent, resOutputsEvent, diagnosticEvent, summaryEvent }: EngineEvent) => {
    const change = resourcePreEvent && changeOf(resourcePreEvent.metadata);
    if (change) changes.push(change);
    if (resOutputsEvent) done += 1;
    if (summaryEvent) unchanged = summaryEvent.resourceChanges.same ?? 0;
    if (resourcePreEvent) report(`${done} done, at ${describeUrn(resourcePreEvent.metadata.urn)}`);
    if (diagnosticEvent?.severity === "warning" && isPlan(diagnosticEvent.urn ?? ""))
      warnings.push(plainText(diagnosticEvent.message).replace(/^warning: /, ""));
    if (diagnosticEvent?.ephemeral && diagnosticEvent.urn)
      report(`${done} done, ${describeUrn(diagnosticEvent.urn)}: ${diagnosticEvent.message.trim()}`);
  };
  return { changes, warnings, unchanged: () => unchanged, onEvent };
}
