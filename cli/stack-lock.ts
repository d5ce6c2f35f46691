import { mkdir, writeFile } from "node:fs/promises";
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
  const release = await lock(file).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== "ELOCKED") throw error;
    throw new UserError(
      `another command is changing the stack ${stack} on ${cluster} right now: wait until it has ended`,
    );
  });
  try {
    return await work();
  } finally {
    await release();
  }
}
