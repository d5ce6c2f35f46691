import { setTimeout as sleep } from "node:timers/promises";
import { UserError } from "../progress/user-error";

/** How long to wait for something, and for what. */
export interface WaitOptions {
  /** What is waited for, for the message: "the API server answers". */
  what: string;
  seconds: number;
  signal?: AbortSignal;
  /** Ends the wait early: a sentence saying why what is waited for can no longer come, or nothing. */
  hopeless?: () => string | undefined;
}

/**
 * Waits until a check holds.
 *
 * @throws the signal's reason when aborted; an error naming what did not come about, when it did not.
 */
export async function until(options: WaitOptions, check: () => boolean | Promise<boolean>): Promise<void> {
  const end = Date.now() + options.seconds * 1000;
  for (;;) {
    options.signal?.throwIfAborted();
    if (await check()) return;
    const reason = options.hopeless?.();
    if (reason !== undefined) throw new UserError(`Timed out waiting until ${options.what}: ${reason}`);
    if (Date.now() > end) throw new UserError(`Timed out after ${options.seconds} s of waiting until ${options.what}.`);
    await sleep(150);
  }
}
