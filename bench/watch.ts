import { readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { execa } from "execa";
import type { StackConfig } from "../config";
import { countVersions } from "../probe/count-versions";
import type { ProbeAnswer } from "../probe/send-requests";
import { UserError } from "../progress/user-error";

/** Who gave an answer, and when. */
interface SeenAnswer {
  /** Milliseconds of the machine's clock. */
  readonly at: number;
  /** Nothing where no version gave it. */
  readonly version: string | undefined;
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
const intervalMilliseconds = 12;

/**
 * How long one version alone must answer before the next change. Traefik holds a change back that comes less than two
 * seconds after another one (`providers.providersThrottleDuration`): whoever came second would be charged for it.
 */
const quietMilliseconds = 3000;

const patienceMilliseconds = 60_000;

/** Asks without pause who answers, as long as the work lasts. */
export async function watching<Result>(
  client: readonly string[],
  address: string,
  { plan, versions }: StackConfig,
  signal: AbortSignal,
  work: (watch: TrafficWatch) => Promise<Result>,
): Promise<Result> {
  const script = readFileSync(join(__dirname, "probe.js"), "utf8");
  const job = JSON.stringify({ address, host: plan.host, path: plan.path, intervalMilliseconds });
  const [program = "node", ...args] = [...client, "node", "-e", script, job];
  const watch = new TrafficWatch(signal);
  const probe = execa(program, args, {
    stdin: "pipe",
    stdout: function* (line: unknown) {
      const { at, ...answer } = JSON.parse(String(line)) as ProbeAnswer & { at: number };
      const [version] = Object.keys(countVersions([{ ...answer, times: 1 }], versions).counts);
      watch.saw({ at, version });
      yield* [];
    },
    buffer: false,
    detached: true,
    cancelSignal: signal,
    reject: false,
  });
  try {
    return await work(watch);
  } finally {
    probe.stdin?.end();
    await probe;
  }
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
