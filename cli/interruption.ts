/** Thrown if the user interrupted a command; the next run continues from there. */
export class Interrupted extends Error {
  override readonly name = "Interrupted";

  constructor(message = "interrupted; run the same command again to go on") {
    super(message);
  }
}

const signals = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

/** The signals that end this process's work. */
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

/** The work that a signal ends. */
const running = new Set<AbortController>();
/** True after a signal that came between one piece of work and the next. */
let isPending = false;
let isListening = false;

/**
 * Handles signals until the process ends: between two pieces of work a signal would end the process at once, and what
 * it had begun elsewhere, such as an update by Pulumi's CLI, would go on without it.
 */
function listen(): void {
  if (isListening) return;
  isListening = true;
  for (const name of signals)
    process.on(name, () => {
      const isSecond = isPending || [...running].some(({ signal }) => signal.aborted);
      if (isSecond) process.exit(interruptedStatus);
      isPending = running.size === 0;
      for (const controller of running) controller.abort(new Interrupted());
    });
}

/**
 * Runs work under a signal that Ctrl-C, SIGTERM and a terminal that is closed abort. A second Ctrl-C doesn't wait for the
 * work to wind down.
 */
export async function untilInterrupted<Result>(work: (signal: AbortSignal) => Promise<Result>): Promise<Result> {
  listen();
  const controller = new AbortController();
  if (isPending) controller.abort(new Interrupted());
  isPending = false;
  running.add(controller);
  try {
    return await work(AbortSignal.any([controller.signal, ...endings]));
  } finally {
    running.delete(controller);
  }
}
