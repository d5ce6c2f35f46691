import type { V1ConfigMap } from "@kubernetes/client-node";
import type { AskedCommand } from "../ports";
import { commands } from "../state";

const prefix = "command-";

/** Milliseconds after which a command expires if no driver has accepted it. */
export const lapseMilliseconds = 600_000;

/** A command that is stored with a rollout; without the command if it can't be read. */
export interface StoredCommand {
  readonly key: string;
  readonly command?: AskedCommand;
}

/** The key under which a command is stored: in the order in which they were asked. */
export function keyOfCommand(time: number, random: string): string {
  return `${prefix}${Math.round(time)}-${random}`;
}

/** The commands in a record's data, in the order in which they were asked. */
export function commandsIn({ data = {} }: V1ConfigMap): StoredCommand[] {
  return Object.keys(data)
    .filter((key) => key.startsWith(prefix))
    .sort()
    .map((key) => ({ key, command: commandOf(data[key]) }));
}

/** When a command was asked in milliseconds since 1970, by the API server's clock. */
export function timeOf(key: string): number {
  return Number(/^command-(\d+)/.exec(key)?.[1] ?? 0);
}

/** A stored command; nothing for one that this Sluice does not know. */
function commandOf(text: string | undefined): AskedCommand | undefined {
  try {
    const value = JSON.parse(text ?? "") as Partial<AskedCommand> | null;
    const command = commands.find((known) => known === value?.command);
    return command && typeof value?.by === "string" ? { command, by: value.by } : undefined;
  } catch {
    return undefined;
  }
}

/** `the command abort of ann expired after 10 minutes without a driver: run it again`. */
export function describeLapsed({ key, command }: StoredCommand): string {
  return command
    ? `the command ${command.command} of ${command.by} expired after ${lapseMilliseconds / 60_000} minutes without a driver: run it again`
    : `${key} isn't a command of this version of Sluice and was removed`;
}
