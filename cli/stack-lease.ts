import { StackLease } from "../rollout/store/lease";
import { endedBy, untilInterrupted } from "./interruption";
import { openRecords } from "./rollout/open-records";
import { sayUndriven } from "./rollout/undriven";
import type { Session } from "./session";

/**
 * Runs work that changes a stack, with the lease that a rollout's driver takes too: one command at a time changes a stack,
 * on whatever machine. The cluster must be up. This warns of a rollout without a driver. If the lease is lost, the work is aborted.
 *
 * @param doing the command, as others are told that they must wait for it: `up`.
 * @throws TakenError if somebody else changes the stack, or has taken it meanwhile.
 */
export async function withStackLease<Result>(
  session: Session,
  doing: string,
  work: () => Promise<Result>,
): Promise<Result> {
  const { api, at } = await openRecords(session);
  await sayUndriven(session);
  const taken = new AbortController();
  const report = (line: string) => void process.stderr.write(`${line}\n`);
  const lost = (error: Error) => taken.abort(error);
  const lease = await untilInterrupted((signal) =>
    StackLease.take(api, at, { doing, signal, lost, report: onceEach(report) }),
  );
  try {
    return await endedBy(taken.signal, work);
  } finally {
    await lease.release();
  }
}

/** The same line is told once, however often it comes. */
function onceEach(report: (line: string) => void): (line: string) => void {
  const told = new Set<string>();
  return (line) => {
    if (told.has(line)) return;
    told.add(line);
    report(line);
  };
}
