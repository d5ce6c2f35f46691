import { setTimeout as wait } from "node:timers/promises";
import type { Context } from "hono";
import { streamSSE, type SSEMessage } from "hono/streaming";
import type { DashboardData, DashboardSource, DashboardSources, StackSummary } from "./data";
import { refuse } from "./guard";

/** Milliseconds between two events. */
const interval = 1_000;

/**
 * Sends the data of the stack that is asked for (`?stack=`) once a second for as long as a page listens: as an event of its
 * own, or as event `problem` why it can't be read. Both list all stacks, if there are several. However many pages are open,
 * each stack is read once a second.
 */
export function createFeed(sources: DashboardSources): (context: Context) => Response {
  const readers = new Map([...sources].map(([stack, source]) => [stack, new SharedReader(stack, source)]));
  const event = async (reader: SharedReader): Promise<SSEMessage> => {
    // The others' data is what there is: none of them holds this one up.
    for (const other of readers.values()) void other.read();
    const read = await reader.read();
    const stacks = readers.size > 1 ? { stacks: [...readers.values()].map(({ summary }) => summary) } : {};
    return "problem" in read
      ? { event: "problem", data: JSON.stringify({ message: read.problem, ...stacks }), retry: interval }
      : { data: JSON.stringify({ ...read.data, ...stacks }), retry: interval };
  };
  return (context) => {
    const asked = context.req.query("stack");
    const reader = asked === undefined ? [...readers.values()][0] : readers.get(asked);
    if (!reader) return refuse(context, 404, `This dashboard shows ${[...readers.keys()].join(", ")}, not ${asked}.`);
    return streamSSE(context, async (stream) => {
      const closed = new AbortController();
      stream.onAbort(() => closed.abort());
      while (!stream.aborted) {
        await stream.writeSSE(await event(reader));
        await wait(interval, undefined, { signal: closed.signal }).catch(() => undefined);
      }
    });
  };
}

type Read = { readonly data: DashboardData } | { readonly problem: string };

/** Reads a stack's data once for all who ask. */
class SharedReader {
  private latest: Promise<Read> | undefined;
  private last: Read | undefined;

  constructor(
    private readonly stack: string,
    private readonly source: DashboardSource,
  ) {}

  read(): Promise<Read> {
    // A read that takes long is shared for as long as it lasts, and what it brought for nearly as long as the wait.
    this.latest ??= this.source
      .read()
      .then(
        (data): Read => ({ data }),
        (error: unknown): Read => ({ problem: (error as Error).message }),
      )
      .then((read) => (this.last = read))
      .finally(() => setTimeout(() => (this.latest = undefined), interval * 0.9).unref());
    return this.latest;
  }

  /** What the last read brought. */
  get summary(): StackSummary {
    const { stack, last } = this;
    if (!last) return { stack };
    if ("problem" in last) return { stack, problem: last.problem };
    const { rollout } = last.data;
    if (!rollout) return { stack };
    const { from, to, phase, weight } = rollout;
    return { stack, rollout: { from, to, phase, weight } };
  }
}
