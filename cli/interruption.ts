/** Thrown where the user interrupted a command; the next run goes on from what was reached. */
export class Interrupted extends Error {
  override readonly name = "Interrupted";

  constructor(message = "interrupted; run the same command again to go on") {
    super(message);
  }
}

const signals = ["SIGINT", "SIGTERM"] as const;

/** The exit status of a command that was interrupted, as a shell reports Ctrl-C. */
export const interruptedStatus = 130;

/**
 * Runs work under a signal that Ctrl-C and SIGTERM abort. A second Ctrl-C doesn't wait for the work to wind down.
 */
export async function untilInterrupted<Result>(work: (signal: AbortSignal) => Promise<Result>): Promise<Result> {
  const controller = new AbortController();
  const interrupt = () => {
    if (controller.signal.aborted) process.exit(interruptedStatus);
    controller.abort(new Interrupted());
  };
  for (const name of signals) process.on(name, interrupt);
  try {
    return await work(controller.signal);
  } finally {
    for (const name of signals) process.off(name, interrupt);
  }
}
