import { readdirSync, readFileSync } from "node:fs";

/** A process, told from any later one that the kernel gives the same number. */
export interface ProcessIdentity {
  readonly pid: number;
  /** Clock ticks from boot to its start. */
  readonly startTime: string;
  /** Which boot that was. */
  readonly bootId: string;
}

interface Stat {
  readonly state: string;
  readonly parent: number;
  readonly startTime: string;
}

function readStat(pid: number): Stat | undefined {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, "utf8");
    // The name, in parentheses, may itself hold spaces and parentheses.
    const fields = text.slice(text.lastIndexOf(")") + 2).split(" ");
    return { state: fields[0] ?? "", parent: Number(fields[1]), startTime: fields[19] ?? "" };
  } catch {
    return undefined;
  }
}

function bootId(): string {
  return readFileSync("/proc/sys/kernel/random/boot_id", "utf8").trim();
}

/** The identity of a running process, or nothing when there is none of that number. */
export function identityOf(pid: number): ProcessIdentity | undefined {
  const stat = readStat(pid);
  return stat && stat.state !== "Z" ? { pid, startTime: stat.startTime, bootId: bootId() } : undefined;
}

/** Whether this very process still runs; another one of its number does not count, and a zombie neither. */
export function isAlive(identity: ProcessIdentity): boolean {
  const now = identityOf(identity.pid);
  return now !== undefined && now.startTime === identity.startTime && now.bootId === identity.bootId;
}

/** Sends a signal to this very process, and to no other that may have taken its number. */
export function signalProcess(identity: ProcessIdentity, signal: NodeJS.Signals): void {
  if (!isAlive(identity)) return;
  try {
    process.kill(identity.pid, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error;
  }
}

/** The numbers of all processes. */
export function allPids(): number[] {
  return readdirSync("/proc")
    .filter((entry) => /^\d+$/.test(entry))
    .map(Number);
}

/** A process's first child, or nothing. */
export function childOf(pid: number): number | undefined {
  return allPids().find((candidate) => readStat(candidate)?.parent === pid);
}

/** When this process was started. */
export function startedAt(identity: ProcessIdentity): Date {
  const uptime = Number(readFileSync("/proc/uptime", "utf8").split(" ")[0]);
  // The kernel counts in hundredths of a second here on every architecture that Linux has.
  return new Date(Date.now() - uptime * 1000 + Number(identity.startTime) * 10);
}
