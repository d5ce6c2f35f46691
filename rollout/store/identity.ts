import { createHash, randomBytes } from "node:crypto";
import { readFileSync, readlinkSync } from "node:fs";
import { hostname, userInfo } from "node:os";

const pattern = /^(.*@.*):(\d+):([0-9a-f]{8})-[0-9a-f]{8}$/;

/** A holder's name that no other one has ever had: whose, which process, where it runs, and something random. */
export function newIdentity(): string {
  return `${userInfo().username}@${hostname()}:${process.pid}:${placeOfProcesses()}-${randomBytes(4).toString("hex")}`;
}

/** `ann@laptop (process 12)`. */
export function describeHolder(identity: string): string {
  const [, who, pid] = pattern.exec(identity) ?? [];
  return who === undefined ? identity : `${who} (process ${pid})`;
}

/** True for a holder whose process was one of this machine and is gone: it can't come back, so nobody needs to wait for it. */
export function isKilled(identity: string): boolean {
  const [, , pid, place] = pattern.exec(identity) ?? [];
  if (pid === undefined || place !== placeOfProcesses() || place === unknownPlace) return false;
  try {
    process.kill(Number(pid), 0);
    return false;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "ESRCH";
  }
}

const unknownPlace = "00000000";

/**
 * The scope of a process number: this boot of this machine, and this container of it. A host's name would not
 * do, because containers on different machines have the same one.
 */
function placeOfProcesses(): string {
  try {
    const boot = readFileSync("/proc/sys/kernel/random/boot_id", "utf8");
    const text = `${boot} ${readlinkSync("/proc/self/ns/pid")}`;
    return createHash("sha256").update(text).digest("hex").slice(0, 8);
  } catch {
    // Not Linux: then a holder that was killed is waited for like any other.
    return unknownPlace;
  }
}
