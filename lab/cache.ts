import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdir, readdir, readFile, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { cacheFolder } from "../cluster/folders";
import type { StepContext } from "../progress/step";
import { identityOf, isAlive, type ProcessIdentity } from "./processes/identity";

/** Where built programs and images are kept: outside the checkout, so that a fresh clone need not build again. */
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
 * @param waiting if it is given, and another process fills the folder already, that is waited for.
 * @returns its path, and whether it had to be made.
 */
export async function cached(
  name: string,
  fill: (directory: string) => Promise<void>,
  waiting?: StepContext,
): Promise<{ directory: string; made: boolean }> {
  const cache = cacheDirectory();
  const directory = join(cache, name);
  if (existsSync(directory)) return { directory, made: false };
  await mkdir(cache, { recursive: true });
  await removeAbandoned(cache);
  if (waiting && (await isMadeByOther(cache, name, waiting))) return { directory, made: false };
  const self = identityOf(process.pid);
  const temporary = join(cache, `.unfinished-${process.pid}-${self?.startTime ?? "0"}-${name}`);
  await mkdir(temporary, { recursive: true });
  try {
    await fill(temporary);
    await rename(temporary, directory).catch((error: NodeJS.ErrnoException) => {
      // Another process was faster: use its result.
      if (!existsSync(directory)) throw error;
    });
  } finally {
    await rm(temporary, { recursive: true, force: true });
  }
  return { directory, made: true };
}

/** Waits for as long as another process fills a folder; says whether the folder is there then. */
async function isMadeByOther(cache: string, name: string, { signal, report }: StepContext): Promise<boolean> {
  for (;;) {
    const folders = await unfinished(cache);
    const other = folders.find(({ of, maker }) => of === name && maker.pid !== process.pid && isAlive(maker));
    if (!other) return existsSync(join(cache, name));
    report(`process ${other.maker.pid} builds ${name} already`);
    await sleep(500, undefined, { signal });
  }
}

async function removeAbandoned(cache: string): Promise<void> {
  for (const { folder, maker } of await unfinished(cache))
    if (!isAlive(maker)) await rm(join(cache, folder), { recursive: true, force: true });
}

/** The folders that somebody fills, or began to: who, and under which name they are to be in the cache. */
async function unfinished(cache: string): Promise<{ folder: string; of: string; maker: ProcessIdentity }[]> {
  const bootId = identityOf(process.pid)?.bootId ?? "";
  return (await readdir(cache)).flatMap((folder) => {
    const [, pid, startTime = "", of = ""] = /^\.unfinished-(\d+)-(\d+)-(.*)$/.exec(folder) ?? [];
    return pid === undefined ? [] : [{ folder, of, maker: { pid: Number(pid), startTime, bootId } }];
  });
}
