import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execa } from "execa";
import { labStatus } from "../lab";
import { UserError } from "../progress/user-error";
import { tell, timeSluice } from "./sluice";

/**
 * Times `sluice lab up` where nothing was built or downloaded before: with caches of its own, all empty, and a lab of
 * its own. Debian packages that the machine has stay.
 *
 * @throws UserError where a lab of that name is there, as it may be somebody's.
 */
export async function measureColdBuild(labName: string, signal: AbortSignal): Promise<number> {
  const name = `${labName}-cold`;
  if ((await labStatus({ name })).state !== "stopped")
    throw new UserError(`the lab ${name} is there already: sluice lab down --name ${name}`);
  const home = await mkdtemp(join(tmpdir(), "sluice-bench-cold-"));
  // What the user told go (a proxy, say) lies in a file below the real home, and must hold here too.
  const goSettings = await execa("go", ["env", "GOENV"], { reject: false });
  const env = {
    HOME: home,
    XDG_CACHE_HOME: join(home, "cache"),
    GOCACHE: join(home, "go-build"),
    GOMODCACHE: join(home, "go-modules"),
    ...(!goSettings.failed && { GOENV: goSettings.stdout }),
  };
  await mkdir(env.XDG_CACHE_HOME);
  try {
    tell(`sluice lab up --name ${name}, with empty caches: many minutes`);
    return (await timeSluice(["lab", "up", "--name", name], { signal, env })).seconds;
  } finally {
    tell(`removing ${name} and its caches`);
    // An interrupted measurement is cleaned up as well: this has a signal of its own.
    await timeSluice(["lab", "down", "--name", name], { signal: new AbortController().signal, env });
    await rm(home, { recursive: true, force: true });
  }
}
