import { existsSync } from "node:fs";
import { mkdir, readdir, readFile, rmdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Lab } from "../identity";
import { until } from "../wait";

/** Where control groups are mounted: one place per controller in version 1, one place in version 2. */
async function hierarchies(): Promise<{ path: string; version: 1 | 2 }[]> {
  return (await readFile("/proc/mounts", "utf8")).split("\n").flatMap((line) => {
    const [, path, type] = line.split(" ");
    if (path === undefined || (type !== "cgroup" && type !== "cgroup2")) return [];
    return { path, version: type === "cgroup" ? 1 : 2 };
  });
}

/** Makes the control group under which the lab's kubelet keeps its pods, and no other kubelet does. */
export async function makeCgroup(lab: Lab): Promise<void> {
  for (const { path, version } of await hierarchies()) {
    const group = join(path, lab.cgroup);
    if (version === 2) await enableControllers(path);
    await mkdir(group, { recursive: true });
    // A cpuset starts empty, and takes no process then.
    for (const file of ["cpuset.cpus", "cpuset.mems"]) {
      if (version === 1 && existsSync(join(group, file))) {
        await writeFile(join(group, file), await readFile(join(path, file), "utf8"));
      }
    }
  }
}

async function enableControllers(path: string): Promise<void> {
  const controllers = (await readFile(join(path, "cgroup.controllers"), "utf8")).split(/\s+/).filter(Boolean);
  for (const controller of controllers) {
    // Some can't be handed down here; the kubelet says so itself if it needs one of them.
    await writeFile(join(path, "cgroup.subtree_control"), `+${controller}`).catch(() => undefined);
  }
}

/** Whether a control group of the lab exists in any hierarchy. */
export async function cgroupExists(lab: Lab): Promise<boolean> {
  return (await hierarchies()).some(({ path }) => existsSync(join(path, lab.cgroup)));
}

/** Removes the lab's control groups. Their processes must have been killed; the last may still be exiting. */
export async function removeCgroups(lab: Lab): Promise<void> {
  for (const { path } of await hierarchies()) {
    const group = join(path, lab.cgroup);
    await until({ what: `the control group ${group} is empty`, seconds: 20 }, () => removeTree(group));
  }
}

async function removeTree(group: string): Promise<boolean> {
  if (!existsSync(group)) return true;
  const children = (await readdir(group, { withFileTypes: true })).filter((entry) => entry.isDirectory());
  for (const { name } of children) {
    if (!(await removeTree(join(group, name)))) return false;
  }
  return rmdir(group).then(
    () => true,
    (error: NodeJS.ErrnoException) => error.code === "ENOENT",
  );
}
