import { existsSync } from "node:fs";
import { readdir, readFile, rm } from "node:fs/promises";
import type { StepContext } from "../progress/step";
import { run } from "./command";
import { cgroupExists, removeCgroups } from "./cluster/cgroups";
import { networkExists, removeNetwork } from "./cluster/network";
import { type Lab, readRecord } from "./identity";
import { ownProcesses, sweep } from "./processes/sweep";

/** Whether anything of a lab exists, even only the remains of a crash. */
export async function leavesTraces(lab: Lab): Promise<boolean> {
  return existsSync(lab.state) || networkExists(lab) || (await cgroupExists(lab)) || ownProcesses(lab).length > 0;
}

/** Ends whatever runs of a lab, and removes its network and control groups. What it keeps on disk stays. */
export async function stopEverything(lab: Lab, report: StepContext["report"]): Promise<void> {
  report("processes and pods");
  await sweep(lab);
  report("network");
  await removeNetwork(lab);
  report("control groups");
  await removeCgroups(lab);
}

/** Takes a lab down to the last trace. */
export async function demolish(lab: Lab, report: StepContext["report"]): Promise<void> {
  await stopEverything(lab, report);
  report("files");
  await removeState(lab);
}

async function removeState(lab: Lab): Promise<void> {
  if (!existsSync(lab.state)) return;
  // A folder without the lab's record belongs to others, unless it is empty.
  if (!readRecord(lab.state) && (await readdir(lab.state)).length > 0) return;
  // Don't empty folders that are mounted below.
  for (const mount of await mountsBelow(lab.state)) await run("umount", ["--lazy", mount]);
  await rm(lab.state, { recursive: true, force: true, maxRetries: 5 });
}

async function mountsBelow(folder: string): Promise<string[]> {
  const mounts = (await readFile("/proc/mounts", "utf8")).split("\n").map((line) => line.split(" ")[1] ?? "");
  return mounts.filter((mount) => mount.startsWith(`${folder}/`)).reverse();
}
