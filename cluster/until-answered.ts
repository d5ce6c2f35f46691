import { setTimeout as sleep } from "node:timers/promises";
import pRetry from "p-retry";
import { clusterErrorOf, isRetryable, type ClusterError } from "./errors";

/** Milliseconds between two tries, which double; the highest is low, because users may be waiting for it. */
const pace = { first: 250, highest: 2000 };

/** The longest wait in milliseconds that an API server may ask for. */
const longestRest = 30_000;

/** Milliseconds between two reports. */
const tellEvery = 60_000;

/** How a request is tried until it is answered. */
export interface Patience {
  /** Ends it. */
  readonly signal: AbortSignal;
  /** Called at the first failure, and every minute after it, with the seconds since then. */
  readonly tell: (error: ClusterError, seconds: number) => void;
  /** A clock in milliseconds that never goes back. */
  readonly now?: () => number;
}

/**
 * Tries a request until the cluster answers, however long that takes: a rollback is never given up.
 *
 * @throws the signal's reason once it is aborted, and any error that waiting doesn't cure.
 */
export async function untilAnswered<Result>(
  work: () => Promise<Result>,
  { signal, tell, now = () => performance.now() }: Patience,
): Promise<Result> {
  let [since, told]: (number | undefined)[] = [];
  const answered = pRetry(work, {
    retries: Infinity,
    minTimeout: pace.first,
    maxTimeout: pace.highest,
    signal,
    shouldRetry: ({ error }) => isRetryable(error),
    onFailedAttempt: async ({ error }) => {
      const failure = clusterErrorOf(error);
      if (!failure || !isRetryable(failure)) return;
      const time = now();
      since ??= time;
      if (told === undefined || time - told >= tellEvery) {
        told = time;
        tell(failure, Math.round((time - since) / 1000));
      }
      await sleep(Math.min(failure.retryAfter, longestRest), undefined, { signal });
    },
  });
  return answered.catch((error: unknown) => {
    // What is cut short may reject with an error of its own.
    signal.throwIfAborted();
    throw error;
  });
}
