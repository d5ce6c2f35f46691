import type { Manifest } from "../../render/manifest";

/** What `kubectl diff` says of one object. */
export interface ObjectDifference {
  /** The object's name in kubectl's words: `apps.v1.Deployment.demo.nginx-v1`. */
  readonly name: string;
  /** Its changed lines, with `@@` between the places. */
  readonly lines: readonly string[];
}

/**
 * Splits the output of `kubectl diff` by object. What the server counts by itself (the generation) is left out, and so
 * are the temporary files' names and times.
 */
export function splitDifferences(diff: string): ObjectDifference[] {
  return diff
    .split(/^diff .*\n/m)
    .flatMap((part) => {
      const name = /^\+\+\+ \S*\/MERGED-[^/]*\/(\S+)/m.exec(part)?.[1];
      return name === undefined ? [] : [{ name, lines: changedHunks(part) }];
    })
    .filter(({ lines }) => lines.length > 0);
}

/** True where a difference is about the object. */
export function isAbout({ name }: ObjectDifference, { apiVersion, kind, metadata }: Manifest): boolean {
  return plain(name) === plain(`${apiVersion}.${kind}.${metadata.namespace ?? ""}.${metadata.name}`);
}

function changedHunks(part: string): string[] {
  const body = part
    .split("\n")
    .filter((line) => !/^(---|\+\+\+) /.test(line) && !/^[-+] {2}generation: \d+$/.test(line));
  return body
    .join("\n")
    .split(/^(?=@@ )/m)
    .filter((hunk) => /^[-+]/m.test(hunk))
    .flatMap((hunk) => hunk.trimEnd().split("\n"));
}

/** kubectl writes some characters of a name differently in a file's name. */
function plain(name: string): string {
  return name.replace(/%[0-9A-F]{2}|[^a-zA-Z0-9]/g, "-");
}
