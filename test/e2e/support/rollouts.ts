import assert from "node:assert/strict";
import { createInterface } from "node:readline";
import { execa } from "execa";
import type { RolloutView } from "../../../rollout/dashboard";
import { demandAnswer } from "../../answers";
import { packageFolder } from "../../../package-folder";
import { sluice, sluiceJson } from "./lab";

/** One line of `sluice rollout --json`. */
export interface RolloutLine {
  readonly type: "state" | "preview" | "notice" | "complaint";
  readonly rollout?: RolloutView;
  readonly message?: string;
  readonly trafficAfter?: readonly string[];
}

/** A rollout that runs, as a program that reads its events sees it. */
export class RunningRollout {
  readonly lines: RolloutLine[] = [];
  private readonly subprocess;
  private waiting: (() => void)[] = [];
  private isEnded = false;

  /**
   * @param args what stands behind `sluice`.
   * @param env further variables of its environment.
   */
  constructor(args: readonly string[], env: Readonly<Record<string, string>> = {}) {
    this.subprocess = execa("node", ["cli/sluice.js", ...args, "--json"], {
      cwd: packageFolder,
      env,
      reject: false,
      buffer: { stdout: false },
    });
    createInterface({ input: this.subprocess.stdout }).on("line", (line) => {
      this.lines.push(JSON.parse(line) as RolloutLine);
      this.wake();
    });
    void this.subprocess.then(() => {
      this.isEnded = true;
      this.wake();
    });
  }

  /** The states that were stored, in order. */
  get states(): RolloutView[] {
    return this.lines.flatMap(({ rollout }) => rollout ?? []);
  }

  /** The process. */
  get pid(): number {
    return this.subprocess.pid ?? 0;
  }

  /** What people were told. */
  get notices(): string[] {
    return this.lines.flatMap(({ type, message }) => (type === "notice" && message !== undefined ? [message] : []));
  }

  /**
   * Waits for a state.
   *
   * @throws Error with what it said where it ends before.
   */
  until(wanted: (state: RolloutView) => boolean): Promise<RolloutView> {
    return this.untilThere(() => this.states.find(wanted));
  }

  /** Waits until people are told something, in the same way. */
  untilTold(wanted: RegExp): Promise<string> {
    return this.untilThere(() => this.notices.find((message) => wanted.test(message)));
  }

  /** Sends a signal. */
  signal(name: NodeJS.Signals): void {
    this.subprocess.kill(name);
  }

  /** Waits until it has ended. */
  async end(): Promise<{ exitCode?: number; stderr: string }> {
    const { exitCode, stderr } = await this.subprocess;
    for (const line of this.lines) demandAnswer(["rollout"], line);
    return { exitCode, stderr };
  }

  private async untilThere<Found>(find: () => Found | undefined): Promise<Found> {
    for (;;) {
      const found = find();
      if (found !== undefined) return found;
      if (this.isEnded) assert.fail(`it ended before: ${(await this.subprocess).stderr}\n${this.notices.join("\n")}`);
      await new Promise<void>((resolve) => this.waiting.push(resolve));
    }
  }

  private wake(): void {
    for (const resolve of this.waiting.splice(0)) resolve();
  }
}

/** The stack's last rollout, as `sluice history` has it. */
export async function lastRollout(session: readonly string[]): Promise<RolloutView> {
  const [last] = await sluiceJson<RolloutView[]>("history", ...session);
  assert.ok(last, "there was no rollout");
  return last;
}

/** Has the stack's file decide again about the traffic, which a finished rollout would else keep as it left it. */
export async function settleLast(session: readonly string[]): Promise<void> {
  const { exitCode, stderr } = await sluice("settle", ...session);
  if (exitCode !== 0) assert.match(stderr, /has had no rollout|there is no stack/);
}
