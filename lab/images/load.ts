import { readFileSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { StepContext } from "../../progress/step";
import { run } from "../command";
import type { Lab } from "../identity";
import type { ImageArchive } from "./build";

const ctr = (lab: Lab, ...args: string[]) => ["-a", lab.socket, "-n", "k8s.io", ...args];

/** The names of the images that the lab's container runtime has. */
export async function loadedImages(lab: Lab, signal?: AbortSignal): Promise<string[]> {
  return (await run("ctr", ctr(lab, "images", "ls", "-q"), signal ? { signal } : {})).split("\n");
}

function recordPath(lab: Lab): string {
  return join(lab.state, "images.json");
}

/** What was loaded under each name, since a name alone does not tell an image from its successor. */
function readRecord(lab: Lab): Record<string, string> {
  try {
    return JSON.parse(readFileSync(recordPath(lab), "utf8")) as Record<string, string>;
  } catch {
    return {};
  }
}

/**
 * Loads the images that the container runtime does not have yet.
 *
 * @returns how many were loaded.
 */
export async function loadImages(lab: Lab, archives: readonly ImageArchive[], context: StepContext): Promise<number> {
  const { signal, report } = context;
  const present = await loadedImages(lab, signal);
  const record = readRecord(lab);
  const missing = archives.filter(({ reference, key }) => !present.includes(reference) || record[reference] !== key);
  for (const [index, { reference, file, key }] of missing.entries()) {
    report(`image ${index + 1} of ${missing.length}: ${reference}`);
    await run("ctr", ctr(lab, "images", "import", file), { signal });
    record[reference] = key;
    await writeFile(recordPath(lab), JSON.stringify(record, undefined, 2));
  }
  return missing.length;
}
