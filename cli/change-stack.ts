import { readFileSync, writeFileSync } from "node:fs";
import { parseStackConfig } from "../config";
import { configNamespace } from "../config/own-values";
import { trafficKeys, type TrafficValues } from "../config/traffic-values";
import { editStack } from "../engine/edit-stack";
import type { Preview } from "../engine/engine";
import { stackOfText } from "../engine/stack-file";
import type { PlanVerdict } from "../traffic/verdict";
import { say, sessionArguments, type Session, type SessionOptions } from "./session";
import { showVerdict } from "./show";
import { agreeOn, demandAsPlanned, updateAndVerify, type AgreeOptions } from "./update";

/** Options of the commands that move traffic by changing the stack's file. */
export interface ChangeOptions extends SessionOptions, AgreeOptions {
  readonly requests: number;
}

/**
 * Moves traffic: writes values into the stack's file, shows what that does, asks, applies it, measures it by requests, and
 * says how to go back. Until the update begins, whatever goes wrong leaves the file as it was.
 *
 * @param changes values by the key's path below `config`, without the namespace; `null` takes a key out.
 * @throws ConfigError where the stack would not be usable; the file is not touched then.
 */
export async function changeStack(session: Session, changes: TrafficValues, options: ChangeOptions): Promise<void> {
  const { file, stack } = session.file;
  const before = readFileSync(file, "utf8");
  const after = withTrafficValues(before, changes);
  parseStackConfig(stackOfText(after, file, stack).config);

  writeFileSync(file, after);
  const changed = session.reread();
  let preview: Preview;
  try {
    preview = await agreeOn(changed, options, `Move the traffic of ${stack} on ${session.choice.name}?`);
  } catch (error) {
    writeFileSync(file, before);
    throw error;
  }

  const target = sessionArguments(options);
  let verdict: PlanVerdict;
  try {
    ({ verdict } = await updateAndVerify(changed, options, options.requests));
  } catch (error) {
    say(
      { json: true },
      `the stack's file has the new plan: sluice up ${target} goes on, sluice undo ${target} goes back`,
    );
    throw error;
  }
  say({}, options.json ? JSON.stringify({ changes, preview, verdict }, undefined, 2) : `\n${showVerdict(verdict)}`);
  if (preview.trafficBefore)
    say(options, `to go back to ${preview.trafficBefore.join("; ")}:\n  sluice undo ${target}`);
  demandAsPlanned(verdict);
}

/**
 * A stack file's text with values changed.
 *
 * @param changes values by the key's path below `config`, without the namespace; `null` takes a key out.
 */
export function withTrafficValues(text: string, changes: TrafficValues): string {
  const edits = Object.entries(changes).map(([path, value]) => [pathOf(path), value] as const);
  return editStack(text, edits, neighbours);
}

/** Behind which keys a new one goes. */
const neighbours = [...trafficKeys, "host"].map((key) => `${configNamespace}:${key}`);

/** `versions.v1.replicas` as a path in the file: only the first part carries the namespace, and no name has a dot. */
function pathOf(path: string): string[] {
  return `${configNamespace}:${path}`.split(".");
}
