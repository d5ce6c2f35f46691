import { readFileSync } from "node:fs";
import type { Lab } from "../identity";
import { until } from "../wait";
import { marker } from "./daemon";
import { allPids, identityOf, type ProcessIdentity, signalProcess } from "./identity";

/** The lab's own processes on this machine, found by their mark. */
export function ownProcesses(lab: Lab): ProcessIdentity[] {
  const mark = `${marker}=${lab.state}`;
  return allPids().flatMap((pid) => {
    try {
      if (!readFileSync(`/proc/${pid}/environ`, "utf8").split("\0").includes(mark)) return [];
    } catch {
      return [];
    }
    return identityOf(pid) ?? [];
  });
}

/**
 * Kills whatever process of the lab is left and waits until none is.
 *
 * The lab's process namespace dies with its first process, so this takes pods and container shims with it.
 */
export async function sweep(lab: Lab): Promise<number> {
  const found = ownProcesses(lab);
  for (const identity of found) signalProcess(identity, "SIGKILL");
  await until({ what: "all processes of the lab have ended", seconds: 30 }, () => {
    const left = ownProcesses(lab);
    for (const identity of left) signalProcess(identity, "SIGKILL");
    return left.length === 0;
  });
  return found.length;
}
