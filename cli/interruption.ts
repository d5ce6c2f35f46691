/** Thrown where the user interrupted a command; the next run goes on from what was reached. */
export class Interrupted extends Error {
  override readonly name = "Interrupted";

  constructor(message = "interrupted; run the same command again to go on") {
    super(message);
  }
}

const signals = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

/** What ends the work of this process besides its user. */
const endings = new Set<AbortSignal>();

/** The exit status of a command that was interrupted, as a shell reports Ctrl-C. */
export const interruptedStatus = 130;

/** Runs work during which a signal ends everything that {@link untilInterrupted} runs. */
export async function endedBy<Result>(signal: AbortSignal, work: () => Promise<Result>): Promise<Result> {
  endings.add(signal);
  try {
    return await work();
  } finally {
    endings.delete(signal);
  }
}

/**
 * Runs work under a signal that Ctrl-C, SIGTERM and a terminal that is closed abort. A second Ctrl-C doesn't wait for the
 * work to wind down.
 */
export async function untilInterrupted<Result>(work: (signal: AbortSignal) => Promise<Result>): Promise<Result> {
  const controller = new AbortController();
  const interrupt = () => {
    if (controller.signal.aborted) process.exit(interruptedStatus);
    controller.abort(new Interrupted());
  };
  for (const name of signals) process.on(name, interrupt);
  try {
    return await work(AbortSignal.any([controller.signal, ...endings]));
  } finally {
    for (const name of signals) process.off(name, interrupt);
  }
}
