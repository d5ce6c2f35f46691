import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { lock } from "proper-lockfile";
import { stateFolder } from "../cluster/folders";
import { UserError } from "../progress/user-error";

/**
 * Runs work that changes a stack, refusing where another command of this user is changing it.
 *
 * @throws UserError where it is taken.
 */
export async function withStackLock<Result>(
  stack: string,
  cluster: string,
  work: () => Promise<Result>,
): Promise<Result> {
  const folder = join(stateFolder(), "locks");
  await mkdir(folder, { recursive: true });
  const file = join(folder, `${stack}@${cluster.replace(/[^-.a-zA-Z0-9]/g, "_")}`);
  await writeFile(file, "", { flag: "a" });
  const release = await takeLock(file).catch(async (error: NodeJS.ErrnoException) => {
    if (error.code !== "ELOCKED") throw error;
    const holder = await holderOf(file);
    throw new UserError(
      `another command${holder ? ` (process ${holder})` : ""} is changing the stack ${stack} on ${cluster} right now: wait until it has ended`,
    );
  });
  await writeFile(file, String(process.pid));
  try {
    return await work();
  } finally {
    await release();
  }
}

/** A lock is renewed every few seconds; that of a process which was killed need not grow stale first. */
async function takeLock(file: string): Promise<() => Promise<void>> {
  const holder = await holderOf(file);
  if (holder !== undefined && !isRunning(holder)) await rm(`${file}.lock`, { recursive: true, force: true });
  return lock(file);
}

async function holderOf(file: string): Promise<number | undefined> {
  const pid = Number(await readFile(file, "utf8"));
  return pid > 0 ? pid : undefined;
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== "ESRCH";
  }
}
