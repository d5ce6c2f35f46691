import { createInterface } from "node:readline";
import { execa } from "execa";
import { UserError } from "../progress/user-error";
import { clientCommand, filled, limits, type ProbeAnswer, type ProbeJob } from "./send-requests";

/** A round whose answers are awaited. */
interface AwaitedRound {
  readonly resolve: (answers: ProbeAnswer[][]) => void;
  readonly reject: (error: Error) => void;
}

/** Seconds beyond a round's own until a silent client counts as stuck. */
const patience = limits.timeoutMilliseconds / 1000 + 5;

/**
 * Sends rounds of requests from one process that stays: the first request of a new process takes many times as long as
 * those after it, which a process for each round would charge to the cluster.
 *
 * A process that has ended is started again by the next round.
 */
export class StandingClient {
  private running: RunningClient | undefined;
  /** Those that still await answers, and the running one. */
  private readonly all = new Set<RunningClient>();
  private rounds = 0;

  /** @param client the command before the command by which requests are sent; empty for this machine itself. */
  constructor(private readonly client: readonly string[]) {}

  /**
   * Sends a round's jobs side by side; rounds may overlap.
   *
   * @returns each job's answers, in the order of the jobs.
   * @throws UserError if the requests can't be sent at all, or the client is closed meanwhile.
   */
  async send(jobs: readonly ProbeJob[]): Promise<ProbeAnswer[][]> {
    const running = (this.running ??= this.start());
    const { subprocess, awaited } = running;
    const round = (this.rounds += 1);
    const seconds = Math.max(0, ...jobs.map((job) => job.seconds ?? 0)) + patience;
    const stuck = setTimeout(() => {
      awaited.get(round)?.reject(this.failure(`the client has sent nothing for ${Math.round(seconds)} s`));
      subprocess.kill();
    }, seconds * 1000);
    try {
      return await new Promise((resolve, reject) => {
        awaited.set(round, { resolve, reject });
        subprocess.stdin.write(`${JSON.stringify({ round, jobs: filled(jobs) })}\n`);
      });
    } finally {
      clearTimeout(stuck);
      awaited.delete(round);
      if (running !== this.running && awaited.size === 0) end(running);
    }
  }

  /**
   * Sends later rounds with a new process; rounds that are under way keep theirs. A process stays in the network that it
   * was started in, though another one has taken that network's place.
   */
  renew(): void {
    const { running } = this;
    this.running = undefined;
    if (running?.awaited.size === 0) end(running);
  }

  /** Ends every process, and with it the requests that are under way. */
  close(): void {
    for (const running of this.all) end(running);
  }

  private start(): RunningClient {
    const subprocess = startClient(this.client);
    const running: RunningClient = { subprocess, awaited: new Map() };
    this.all.add(running);
    // Ignore write errors: the end of the process reports the failure.
    subprocess.stdin.on("error", () => undefined);
    createInterface({ input: subprocess.stdout }).on("line", (line) => {
      const { round, answers } = JSON.parse(line) as { round: number; answers: ProbeAnswer[][] };
      running.awaited.get(round)?.resolve(answers);
    });
    void subprocess.then(({ stderr, originalMessage, signal, exitCode }) => {
      this.all.delete(running);
      if (this.running === running) this.running = undefined;
      const end = signal ? `it was ended by ${signal}` : `it has ended with status ${exitCode}`;
      for (const { reject } of running.awaited.values()) reject(this.failure(stderr || (originalMessage ?? end)));
    });
    return running;
  }

  private failure(reason: string): UserError {
    return new UserError(
      `can't send requests from ${this.client.join(" ") || "this machine"}: ${reason}`,
      "SLUICE1107",
    );
  }
}

interface RunningClient {
  readonly subprocess: ReturnType<typeof startClient>;
  /** By the round's number. */
  readonly awaited: Map<number, AwaitedRound>;
}

function end({ subprocess }: RunningClient): void {
  subprocess.stdin.end();
  subprocess.kill();
}

function startClient(client: readonly string[]) {
  const [program, ...args] = clientCommand(client, { stays: true });
  return execa(program, args, {
    stdin: "pipe",
    buffer: { stdout: false },
    // A terminal's Ctrl-C reaches every child of the foreground: this one is ended in order.
    detached: true,
    reject: false,
  });
}
