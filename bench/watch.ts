import { readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { execa } from "execa";
import type { StackConfig } from "../config";
import { countVersions } from "../probe/count-versions";
import type { Place } from "../probe/ask-plan";
import type { ProbeAnswer } from "../probe/send-requests";
import { UserError } from "../progress/user-error";
import { samplesOf } from "../traffic/samples";

/** Who gave an answer, and when. */
export interface SeenAnswer {
  /** Milliseconds of the machine's clock. */
  readonly at: number;
  /** Nothing where no version gave it. */
  readonly version: string | undefined;
  /** How long it took. */
  readonly milliseconds: number;
  /** What came instead of a version's answer. */
  readonly failure?: string;
}

/** How requests are sent while something is watched. */
export interface Pace {
  /** The time between two requests. */
  readonly intervalMilliseconds: number;
  /** False for a connection for each request. */
  readonly keepAlive: boolean;
  /** How many connections are kept and used in turn. */
  readonly connections: number;
  /** Seconds after which no more are sent. */
  readonly seconds: number;
}

/** A change from one version to another, as the answers show it. */
export interface SeenChange {
  /** Seconds until the first answer of the new version. */
  readonly firstOfNew: number;
  /** Seconds until the last answer of the old version. */
  readonly lastOfOld: number;
  /** Answers meanwhile that no version gave. */
  readonly failures: number;
}

/** One request every 12 ms: about 80 a second, which is as exact as the figures need and no load to speak of. */
const ordinaryPace: Pace = { intervalMilliseconds: 12, keepAlive: true, connections: 4, seconds: 3600 };

/**
 * How long one version alone must answer before the next change. Traefik holds a change back that comes less than two
 * seconds after another one (`providers.providersThrottleDuration`): whoever came second would be charged for it.
 */
const quietMilliseconds = 3000;

const patienceMilliseconds = 60_000;

/** A line of the script that sends the requests. */
export interface AnswerLine extends Pick<ProbeAnswer, "status" | "server" | "body" | "error"> {
  readonly at: number;
  readonly milliseconds: number;
}

/** Asks without pause who answers, as long as the work lasts. */
export async function watching<Result>(
  client: readonly string[],
  { address, port }: Place,
  { plan, versions }: StackConfig,
  signal: AbortSignal,
  work: (watch: TrafficWatch) => Promise<Result>,
  pace = ordinaryPace,
): Promise<Result> {
  const script = readFileSync(join(__dirname, "probe.js"), "utf8");
  const [{ request } = { request: { host: "", path: "/" } }] = samplesOf(plan);
  const job = JSON.stringify({ address, port, host: request.host, path: request.path, ...pace });
  const [program = "node", ...args] = [...client, "node", "-e", script, job];
  const watch = new TrafficWatch(signal);
  const probe = execa(program, args, {
    stdin: "pipe",
    stdout: function* (line: unknown) {
      watch.saw(whoAnswered(JSON.parse(String(line)) as AnswerLine, versions));
      yield* [];
    },
    buffer: { stdout: false },
    detached: true,
    cancelSignal: signal,
    reject: false,
  });
  try {
    const result = await work(watch);
    // Seconds without requests would pass for seconds without failures.
    if (probe.exitCode !== null)
      throw new UserError(`the requests ended before the measurement: ${(await probe).stderr}`);
    return result;
  } finally {
    probe.stdin?.end();
    await probe;
  }
}

/** Tells whose answer a line is: a version's, or, where it is none's or no success, what came instead. */
export function whoAnswered(
  { at, milliseconds, ...answer }: AnswerLine,
  versions: Parameters<typeof countVersions>[1],
): SeenAnswer {
  const { status = 200 } = answer;
  const { counts, failures } = countVersions([{ ...answer, times: 1, milliseconds: [] }], versions);
  const [[version], [failure]] = [Object.keys(counts), Object.keys(failures)];
  // A redirect may name the version, and is no answer all the same.
  return status < 300
    ? { at, milliseconds, version, failure }
    : { at, milliseconds, version: undefined, failure: failure ?? `status ${status}` };
}

/** The answers so far, and what they tell. */
export class TrafficWatch {
  private answers: SeenAnswer[] = [];

  constructor(private readonly signal: AbortSignal) {}

  /** Takes an answer down. */
  saw(answer: SeenAnswer): void {
    this.answers.push(answer);
  }

  /**
   * Waits until one version alone has answered for some seconds.
   *
   * @throws UserError where that does not come about.
   */
  async settledOn(version: string): Promise<void> {
    const deadline = Date.now() + patienceMilliseconds;
    const from = Date.now();
    for (;;) {
      const since = Math.max(from, Date.now() - quietMilliseconds);
      const recent = this.answers.filter(({ at }) => at >= since);
      const isQuiet = Date.now() - from >= quietMilliseconds && recent.length > 0;
      if (isQuiet && recent.every((answer) => answer.version === version)) return;
      if (Date.now() > deadline)
        throw new UserError(
          `${version} alone should answer, and after ${patienceMilliseconds / 1000} s it still does not`,
        );
      await sleep(50, undefined, { signal: this.signal });
    }
  }

  /** All answers since the watch began or the last {@link changeSince}. */
  get all(): readonly SeenAnswer[] {
    return this.answers;
  }

  /** What the answers since a moment say about the change; older answers are let go. */
  changeSince(started: number, from: string, to: string): SeenChange {
    this.answers = this.answers.filter(({ at }) => at >= started);
    const secondsOf = (answer: SeenAnswer | undefined) => ((answer?.at ?? started) - started) / 1000;
    return {
      firstOfNew: secondsOf(this.answers.find(({ version }) => version === to)),
      lastOfOld: secondsOf(this.answers.findLast(({ version }) => version === from)),
      failures: this.answers.filter(({ version }) => version === undefined).length,
    };
  }
}
