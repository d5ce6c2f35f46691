import { configNamespace } from "../config/own-values";
import { trafficKeys, type TrafficValues } from "../config/traffic-values";
import { editStack } from "../engine/edit-stack";

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
