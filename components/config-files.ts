import { createHash } from "node:crypto";

/** A version's files as a ConfigMap and the places where its pods mount them. */
export interface ConfigFiles {
  /** The ConfigMap's name, with the hash of what it holds. */
  readonly configMapName: string;
  /** The ConfigMap's content: a file's text by its key. */
  readonly data: Readonly<Record<string, string>>;
  /** Where each key is mounted. */
  readonly mounts: readonly { readonly mountPath: string; readonly subPath: string }[];
}

/**
 * Turns a version's files into a ConfigMap whose name carries their hash, so that a changed file rolls the pods and a
 * rollback brings the old file back: an update of a ConfigMap in place does neither.
 *
 * @param name what the ConfigMap's name begins with.
 * @param files texts by absolute path in the container.
 * @returns nothing if there are no files.
 */
export function configFiles(name: string, files: Readonly<Record<string, string>>): ConfigFiles | undefined {
  const entries = Object.entries(files).sort(([left], [right]) => (left < right ? -1 : 1));
  if (entries.length === 0) return undefined;
  const hash = createHash("sha256").update(JSON.stringify(entries)).digest("hex").slice(0, 10);
  return {
    configMapName: `${name}-${hash}`,
    data: Object.fromEntries(entries.map(([path, text]) => [keyOf(path), text])),
    mounts: entries.map(([path]) => ({ mountPath: path, subPath: keyOf(path) })),
  };
}

/** A ConfigMap's key allows letters, digits and - . _ only; the escape keeps two paths from sharing a key. */
function keyOf(path: string): string {
  return path
    .slice(1)
    .replace(/[^-.a-zA-Z0-9]/g, (character) =>
      character === "/" ? "_" : `__${character.charCodeAt(0).toString(16)}_`,
    );
}
