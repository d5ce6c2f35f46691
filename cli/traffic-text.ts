import { configNamespace, readOwnValues } from "../config/own-values";
import { trafficKeys, type TrafficValues } from "../record/traffic-values";
import { editStack } from "../engine/edit-stack";
import { renameKeys } from "../engine/rename-keys";
import { valuesOfText } from "../engine/stack-file";

/**
 * A stack file's text with values changed. What it has there under names of the release before gets the new ones.
 *
 * @param changes values by the key's path below `config`, without the namespace; `null` takes a key out.
 */
export function withTrafficValues(text: string, changes: TrafficValues): string {
  const edits = Object.entries(changes).map(([path, value]) => [pathOf(path), value] as const);
  const touched = new Set(Object.keys(changes).map(parentOf));
  const { renamed } = readOwnValues(valuesOfText(text, "the stack's file"));
  return editStack(
    renameKeys(
      text,
      renamed.filter(({ to }) => touched.has(parentOf(to))),
    ),
    edits,
    neighbours,
  );
}

/** Behind which keys a new one goes. */
const neighbours = [...trafficKeys, "host"].map((key) => `${configNamespace}:${key}`);

/** `versions.v1.replicas` as a path in the file: only the first part carries the namespace, and no name has a dot. */
function pathOf(path: string): string[] {
  return `${configNamespace}:${path}`.split(".");
}

function parentOf(path: string): string {
  return path.split(".")[0] ?? "";
}
