import { readFileSync } from "node:fs";
import { join } from "node:path";
import { execa } from "execa";
import { packageFolder } from "../package-folder";
import { UserError } from "../progress/user-error";

/** Requests to send, all alike. */
export interface ProbeJob {
  /** The address that is connected to. */
  readonly address: string;
  /** 80 by default. */
  readonly port?: number;
  /** True for TLS; the certificate is not checked. */
  readonly tls?: boolean;
  /** The `Host` header. */
  readonly host: string;
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** How many, from 1 to 10000. */
  readonly count: number;
  /** False for a connection for each request, by which a Service chooses a pod; true by default. */
  readonly keepAlive?: boolean;
  /** Seconds over which they are spread evenly; without it they go as fast as they are answered, a few at once. */
  readonly seconds?: number;
  /** Seconds before the first of requests that are spread; 0 by default. */
  readonly after?: number;
}

/** One kind of answer, and how often it came. */
export interface ProbeAnswer {
  readonly status?: number;
  /** The `Server` header. */
  readonly server?: string;
  /** The `Location` header: where a redirect leads. */
  readonly location?: string;
  readonly body?: string;
  /** What went wrong if there was no answer: `ECONNREFUSED`, `no answer within 5000 ms`. */
  readonly error?: string;
  readonly times: number;
  /** How long each took. */
  readonly milliseconds: readonly number[];
}

/** At most this many requests of a job at once, and this long for each. */
export const limits = { concurrency: 8, timeoutMilliseconds: 5000 };

/**
 * Sends requests from where the cluster's addresses can be reached, the jobs side by side.
 *
 * @param client the command before the command that does so (a profile's `client`); empty for this machine itself.
 * @returns each job's answers, in the order of the jobs.
 * @throws UserError if the requests can't be sent at all.
 */
export async function sendAll(
  client: readonly string[],
  jobs: readonly ProbeJob[],
  signal: AbortSignal,
): Promise<ProbeAnswer[][]> {
  const [program, ...args] = clientCommand(client, { stays: false });
  const input = JSON.stringify(filled(jobs));
  const result = await execa(program, args, { input, cancelSignal: signal, detached: true, reject: false });
  signal.throwIfAborted();
  if (result.failed)
    throw new UserError(
      `can't send requests from ${client.join(" ") || "this machine"}: ${result.stderr || result.shortMessage}`,
      "SLUICE1107",
    );
  return JSON.parse(result.stdout) as ProbeAnswer[][];
}

/**
 * The command line that sends the requests that its standard input names.
 *
 * @param stays true if that has a round of jobs on each line.
 */
export function clientCommand(
  client: readonly string[],
  { stays }: { readonly stays: boolean },
): [string, ...string[]] {
  const script = readFileSync(join(packageFolder, "probe", "client.js"), "utf8");
  const [program = "node", ...args] = [...client, "node", "-e", script, JSON.stringify({ stays, ...limits })];
  return [program, ...args];
}

/** The jobs with what they leave to the defaults. */
export function filled(jobs: readonly ProbeJob[]): ProbeJob[] {
  return jobs.map((job) => ({ port: 80, headers: {}, keepAlive: true, ...job }));
}

/** Sends the requests of one job; see {@link sendAll}. */
export async function sendRequests(
  client: readonly string[],
  job: ProbeJob,
  signal: AbortSignal,
): Promise<ProbeAnswer[]> {
  const [answers = []] = await sendAll(client, [job], signal);
  return answers;
}
