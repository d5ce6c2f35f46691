import { setTimeout as sleep } from "node:timers/promises";
import type { Watcher } from "./watcher";

/** Seconds between two readings of the cluster's plan, and where the split is not as planned. */
const planReadings = { usual: 15, hurried: 5 };

/** How long the uncounted first requests may hold the others up, in milliseconds. */
const warmUpMilliseconds = 1000;

/** Who is told of what happens. */
export interface Viewer {
  /** A second has gone by. */
  readonly onSecond?: () => void;
  /** A round's answers are there. */
  readonly onRound?: () => void;
}

/** Sends a number of rounds, one a second, and returns when all their answers are there. */
export async function watchOnce(watcher: Watcher, rounds: number, signal: AbortSignal, { onRound }: Viewer) {
  await warmUp(watcher, signal);
  const underWay: Promise<void>[] = [];
  for await (const _ of seconds(signal)) {
    if (underWay.length === rounds) break;
    underWay.push(watcher.sendRound().then(onRound));
  }
  signal.throwIfAborted();
  await Promise.all(underWay);
  signal.throwIfAborted();
}

/**
 * Sends a round each second until the signal is aborted, whether the last one is answered or not, so that slow answers
 * don't thin the requests out that would tell of them. The cluster's plan is read again meanwhile.
 */
export async function watchOn(watcher: Watcher, signal: AbortSignal, { onSecond, onRound }: Viewer): Promise<void> {
  onSecond?.();
  await warmUp(watcher, signal);
  let lastRead = performance.now();
  let isReading = false;
  const reread = async () => {
    isReading = true;
    await Promise.all([watcher.rereadPlan({ signal, report: () => undefined }), watcher.rereadRollout()]);
    isReading = false;
    lastRead = performance.now();
  };
  for await (const _ of seconds(signal)) {
    watcher.rereadFile();
    onSecond?.();
    void watcher.sendRound().then(() => signal.aborted || onRound?.());
    const isOff = watcher.picture().rules.some(({ standing }) => standing === "not as planned");
    const due = lastRead + (isOff ? planReadings.hurried : planReadings.usual) * 1000;
    if (!isReading && performance.now() >= due) void reread();
  }
}

async function warmUp(watcher: Watcher, signal: AbortSignal): Promise<void> {
  await Promise.race([watcher.warmUp(), sleep(warmUpMilliseconds, undefined, { signal }).catch(() => undefined)]);
}

/** One item a second until the signal is aborted; a machine that slept doesn't make up for it. */
async function* seconds(signal: AbortSignal): AsyncGenerator<void> {
  let next = performance.now();
  while (!signal.aborted) {
    yield;
    next = Math.max(next + 1000, performance.now());
    await sleep(next - performance.now(), undefined, { signal }).catch(() => undefined);
  }
}
