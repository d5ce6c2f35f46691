import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdir, readdir, readFile, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { cacheFolder } from "../cluster/folders";
import { identityOf, isAlive, type ProcessIdentity } from "./processes/identity";

/** Where built programs and images are kept: outside the checkout, so that a fresh clone need not build anew. */
export function cacheDirectory(): string {
  return join(cacheFolder(), "lab");
}

/** A short hash over named parts, the same whatever their order. */
export function hashOf(parts: Readonly<Record<string, string>>): string {
  const hash = createHash("sha256");
  for (const name of Object.keys(parts).sort()) hash.update(JSON.stringify([name, parts[name]]));
  return hash.digest("hex").slice(0, 12);
}

/** The contents of the files below a folder that say what is built from it. */
export async function readPins(directory: string): Promise<Record<string, string>> {
  const names = (await readdir(directory, { recursive: true })).filter((name) =>
    /\.go$|(^|\/)go\.(mod|sum)$/.test(name),
  );
  const entries = await Promise.all(names.map(async (name) => [name, await readFile(join(directory, name), "utf8")]));
  return Object.fromEntries(entries) as Record<string, string>;
}

/**
 * Gives a folder of the cache, having it filled first when it is not there.
 *
 * It is filled under another name and renamed when complete, so what is found in the cache is always whole.
 *
 * @returns its path, and whether it had to be made.
 */
export async function cached(
  name: string,
  fill: (directory: string) => Promise<void>,
): Promise<{ directory: string; made: boolean }> {
  const cache = cacheDirectory();
  const directory = join(cache, name);
  if (existsSync(directory)) return { directory, made: false };
  await mkdir(cache, { recursive: true });
  await removeAbandoned(cache);
  const self = identityOf(process.pid);
  const unfinished = join(cache, `.unfinished-${process.pid}-${self?.startTime ?? "0"}-${name}`);
  await mkdir(unfinished, { recursive: true });
  try {
    await fill(unfinished);
    await rename(unfinished, directory).catch((error: NodeJS.ErrnoException) => {
      // Someone else was quicker; theirs is as good.
      if (!existsSync(directory)) throw error;
    });
  } finally {
    await rm(unfinished, { recursive: true, force: true });
  }
  return { directory, made: true };
}

async function removeAbandoned(cache: string): Promise<void> {
  const bootId = identityOf(process.pid)?.bootId ?? "";
  for (const name of await readdir(cache)) {
    const match = /^\.unfinished-(\d+)-(\d+)-/.exec(name);
    if (!match) continue;
    const maker: ProcessIdentity = { pid: Number(match[1]), startTime: match[2] ?? "", bootId };
    if (!isAlive(maker)) await rm(join(cache, name), { recursive: true, force: true });
  }
}
