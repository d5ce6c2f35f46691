import { setTimeout as wait } from "node:timers/promises";
import type { Context } from "hono";
import { streamSSE, type SSEMessage } from "hono/streaming";
import type { DashboardSource } from "./data";

/** Milliseconds between two events. */
const interval = 1_000;

/**
 * Sends the data once a second for as long as a page listens: as an event of its own, or as event `problem` why it
 * can't be read. However many pages are open, the source is read once a second.
 */
export function createFeed(source: DashboardSource): (context: Context) => Response {
  let latest: Promise<SSEMessage> | undefined;
  const next = (): Promise<SSEMessage> => {
    // A read that takes long is shared for as long as it lasts, and what it brought for nearly as long as the wait.
    latest ??= readEvent(source).finally(() => setTimeout(() => (latest = undefined), interval * 0.9).unref());
    return latest;
  };
  return (context) =>
    streamSSE(context, async (stream) => {
      const closed = new AbortController();
      stream.onAbort(() => closed.abort());
      while (!stream.aborted) {
        await stream.writeSSE(await next());
        await wait(interval, undefined, { signal: closed.signal }).catch(() => undefined);
      }
    });
}

async function readEvent(source: DashboardSource): Promise<SSEMessage> {
  try {
    return { data: JSON.stringify(await source.read()), retry: interval };
  } catch (error) {
    return { event: "problem", data: JSON.stringify({ message: (error as Error).message }), retry: interval };
  }
}
