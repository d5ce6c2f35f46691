import { setTimeout as sleep } from "node:timers/promises";
import { readClusterProfile } from "../../../cluster/profile";
import { countVersions, type VersionCounts } from "../../../probe/count-versions";
import { sendAll, type ProbeAnswer, type ProbeJob } from "../../../probe/send-requests";
import { testLab } from "./lab";

/** A request as it is sent: unlike the model's, it may repeat a header. */
export interface SentRequest {
  readonly host: string;
  readonly path: string;
  readonly headers?: Readonly<Record<string, string | readonly string[]>>;
  readonly cookies?: Readonly<Record<string, string>>;
}

/** Where requests go. */
export interface Target {
  readonly address: string;
  readonly port: number;
}

/** A request, and where it goes. */
export type Asked = readonly [target: Target, request: SentRequest];

/** The most requests of one call, which are one argument of a command, and the rest after it in milliseconds. */
const call = { requests: 100, pause: 300 };

/**
 * Sends requests, each on a connection of its own, and tells what each came to: the version that served it, the status
 * (and for a redirect, the address) of an answer that no version gave, or an error.
 */
export async function serve(asked: readonly Asked[]): Promise<string[]> {
  const served: string[] = [];
  for (let start = 0; start < asked.length; start += call.requests) {
    const part = asked.slice(start, start + call.requests);
    const answers = await send(part.map((one) => ({ ...jobOf(one), count: 1 })));
    served.push(...answers.map(([answer]) => (answer ? servedBy(answer) : "no answer")));
    await sleep(call.pause);
  }
  return served;
}

/** Sends many requests of each kind, all kinds at once and evenly over some seconds, and counts who served them. */
export async function count(
  asked: readonly Asked[],
  { requests, seconds }: { readonly requests: number; readonly seconds: number },
): Promise<VersionCounts[]> {
  const answers = await send(asked.map((one) => ({ ...jobOf(one), count: requests, seconds })));
  return answers.map((all) => countVersions(all, versions));
}

const versions = { v1: {}, v2: {} };

function servedBy(answer: ProbeAnswer): string {
  const [version] = Object.keys(countVersions([answer], versions).counts);
  return version ?? answer.error ?? [answer.status, answer.location].filter(Boolean).join(" ");
}

/** A Service decides by connections, so that behind a port of a node each request needs one of its own. */
function jobOf([{ address, port }, { host, path, headers = {}, cookies = {} }]: Asked): Omit<ProbeJob, "count"> {
  const pairs = Object.entries(cookies).map((pair) => pair.join("="));
  const sent = pairs.length > 0 ? { ...headers, Cookie: pairs.join("; ") } : headers;
  return { address, port, host, path, headers: sent as Record<string, string>, keepAlive: port === 80 };
}

async function send(jobs: readonly ProbeJob[]): Promise<ProbeAnswer[][]> {
  const client = readClusterProfile(`/var/lib/${testLab.name}/profile.yaml`)?.client ?? [];
  return sendAll(client, jobs, new AbortController().signal);
}
