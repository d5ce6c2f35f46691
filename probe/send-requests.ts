import { readFileSync } from "node:fs";
import { join } from "node:path";
import { execa } from "execa";
import { UserError } from "../progress/user-error";

/** Requests to send. */
export interface ProbeJob {
  /** The address that is connected to. */
  readonly address: string;
  readonly port?: number;
  /** The `Host` header. */
  readonly host: string;
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** How many, from 1 to 10000. */
  readonly count: number;
}

/** One kind of answer, and how often it came. */
export interface ProbeAnswer {
  readonly status?: number;
  readonly body?: string;
  /** What went wrong where there was no answer: `ECONNREFUSED`, `no answer within 5000 ms`. */
  readonly error?: string;
  readonly times: number;
}

/** At most this many requests at once, and this long for each. */
const limits = { concurrency: 8, timeoutMilliseconds: 5000 };

/**
 * Sends requests from where the cluster's addresses can be reached.
 *
 * @param client the command before the command that does so (a profile's `client`); empty for this machine itself.
 * @throws UserError where the requests can't be sent at all.
 */
export async function sendRequests(
  client: readonly string[],
  job: ProbeJob,
  signal: AbortSignal,
): Promise<ProbeAnswer[]> {
  const script = readFileSync(join(__dirname, "client.js"), "utf8");
  const work = JSON.stringify({ port: 80, headers: {}, ...limits, ...job });
  const [program = "node", ...args] = [...client, "node", "-e", script, work];
  const result = await execa(program, args, { cancelSignal: signal, detached: true, reject: false });
  signal.throwIfAborted();
  if (result.failed)
    throw new UserError(
      `can't send requests from ${client.join(" ") || "this machine"}: ${result.stderr || result.shortMessage}`,
    );
  return JSON.parse(result.stdout) as ProbeAnswer[];
}
