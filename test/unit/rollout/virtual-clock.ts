import assert from "node:assert/strict";
import { setImmediate as turn } from "node:timers/promises";

/** A clock that jumps to the next thing that somebody waits for, once nothing else is left to do. */
export class VirtualClock {
  private static readonly beginning = 1_000_000;
  time = VirtualClock.beginning;
  /** How often the clock has jumped. */
  turns = 0;
  /** Is called before each jump. */
  onTurn: (turns: number) => void = () => undefined;
  private readonly waiting = new Set<{ readonly time: number; readonly wake: () => void }>();

  /** How many wait for something. */
  get sleepers(): number {
    return this.waiting.size;
  }

  /** Does something, milliseconds after the beginning. */
  at(time: number, action: () => void): void {
    this.waiting.add({ time: VirtualClock.beginning + time, wake: action });
  }

  wait(milliseconds: number, signal: AbortSignal): Promise<void> {
    return this.sleepUntil(this.time + milliseconds, signal);
  }

  /** Rejects with words of its own where the signal is aborted, as Node's timers do. */
  sleepUntil(time: number, signal: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      const stop = () => {
        this.waiting.delete(sleeper);
        reject(new Error("The operation was aborted"));
      };
      const wake = () => {
        signal.removeEventListener("abort", stop);
        resolve();
      };
      const sleeper = { time, wake };
      if (signal.aborted) return stop();
      signal.addEventListener("abort", stop, { once: true });
      this.waiting.add(sleeper);
    });
  }

  /** Lets time pass until work has ended; fails where it never does. */
  async run<Result>(work: Promise<Result>): Promise<Result> {
    let isDone = false;
    const done = work.finally(() => (isDone = true));
    done.catch(() => undefined);
    for (;;) {
      await turn();
      if (isDone) return done;
      this.onTurn(++this.turns);
      assert.ok(this.turns < 100_000 && this.time < VirtualClock.beginning + 86_400_000, "it did not end within a day");
      this.jump();
    }
  }

  private jump(): void {
    const next = Math.min(...[...this.waiting].map(({ time }) => time));
    if (next === Infinity) return;
    this.time = Math.max(this.time, next);
    for (const sleeper of [...this.waiting])
      if (sleeper.time <= this.time) {
        this.waiting.delete(sleeper);
        sleeper.wake();
      }
  }
}
