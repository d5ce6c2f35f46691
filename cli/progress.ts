import { Listr } from "listr2";
import prettyMilliseconds from "pretty-ms";
import type { Step, StepContext } from "../progress/step";
import { Interrupted, untilInterrupted } from "./interruption";

/** How steps are shown. */
export interface ProgressOptions {
  /** True if stdout is for a machine: progress goes to stderr. */
  readonly json?: boolean;
}

/**
 * Runs steps one after the other and shows how far they are: live in a terminal, as plain lines elsewhere. Ctrl-C aborts
 * the running step, which ends its children; if that step succeeds anyway, no other one begins.
 *
 * @throws Interrupted after Ctrl-C, otherwise the error of the step that failed.
 */
export function runSteps(steps: readonly Step[], { json = false }: ProgressOptions = {}): Promise<void> {
  return run(json, async (signal, isTerminal) => {
    if (isTerminal) return runInTerminal(steps, signal);
    for (const step of steps) {
      await runPlainly(step, signal, json);
      if (signal.aborted) return;
    }
  });
}

/**
 * Runs steps side by side, and shows them as {@link runSteps} does. One that fails doesn't stop the others.
 *
 * @throws Interrupted after Ctrl-C, otherwise the error of the first of them that failed, once all have ended.
 */
export function runTogether(steps: readonly Step[], { json = false }: ProgressOptions = {}): Promise<void> {
  return run(json, async (signal, isTerminal) => {
    const outcomes: Promise<unknown>[] = steps.map(() => Promise.resolve());
    // A list in a terminal doesn't tell what its steps came to.
    const known = steps.map(({ title, run }, index) => ({
      title,
      run: (context: StepContext) => {
        const outcome = run(context);
        outcomes[index] = outcome;
        return outcome;
      },
    }));
    await Promise.allSettled(
      isTerminal
        ? [runInTerminal(known, signal, { concurrent: true, exitOnError: false })]
        : known.map((step) => runPlainly(step, signal, json)),
    );
    await doAll(...outcomes.map((outcome) => async () => void (await outcome)));
  });
}

async function run(json: boolean, work: (signal: AbortSignal, isTerminal: boolean) => Promise<void>): Promise<void> {
  await untilInterrupted(async (signal) => {
    try {
      signal.throwIfAborted();
      await work(signal, process.stdout.isTTY && !json);
      signal.throwIfAborted();
    } catch (error) {
      throw signal.aborted ? signal.reason : error;
    }
  });
}

/**
 * Does one piece of work after the other, even after a failure.
 *
 * @throws the first failure, once all are done; Interrupted at once.
 */
export async function doAll(...works: readonly (() => Promise<void>)[]): Promise<void> {
  let failure: { readonly error: unknown } | undefined;
  for (const work of works)
    try {
      await work();
    } catch (error) {
      if (error instanceof Interrupted) throw error;
      failure ??= { error };
    }
  if (failure) throw failure.error;
}

async function runInTerminal(
  steps: readonly Step[],
  signal: AbortSignal,
  options: { readonly concurrent?: boolean; readonly exitOnError?: boolean } = {},
): Promise<void> {
  const tasks = steps.map((step) => ({
    title: step.title,
    skip: () => signal.aborted,
    task: async (_: unknown, task: { title: string; output: string }) => {
      const started = Date.now();
      let detail = "";
      const show = () => (task.output = `${elapsed(started)}${detail && `  ${detail}`}`);
      const ticking = setInterval(show, 1000);
      const report = (text: string) => {
        detail = text;
        show();
      };
      try {
        const outcome = await step.run({ report, signal });
        task.title = `${step.title}${outcome ? `: ${outcome}` : ""} (${elapsed(started)})`;
      } finally {
        clearInterval(ticking);
      }
    },
  }));
  const rendererOptions = { collapseErrors: false, showErrorMessage: false, outputBar: 1 };
  await new Listr(tasks, { ...options, rendererOptions, registerSignalListeners: false }).run();
}

/** Seconds between two lines of one step if nobody watches a terminal. */
const quietSeconds = 10;

async function runPlainly(step: Step, signal: AbortSignal, json: boolean): Promise<void> {
  const print = (line: string) => (json ? process.stderr : process.stdout).write(`${line}\n`);
  const started = Date.now();
  let [detail, lastPrinted] = ["", started];
  const show = () => {
    if (Date.now() - lastPrinted < quietSeconds * 1000) return;
    lastPrinted = Date.now();
    print(`  … ${step.title} (${elapsed(started)})${detail && `: ${detail}`}`);
  };
  const ticking = setInterval(show, 1000);
  try {
    const outcome = await step.run({ report: (text) => (detail = text), signal });
    print(`✓ ${step.title}${outcome ? `: ${outcome}` : ""} (${elapsed(started)})`);
  } catch (error) {
    print(`✗ ${step.title} (${elapsed(started)})`);
    throw error;
  } finally {
    clearInterval(ticking);
  }
}

function elapsed(started: number): string {
  return prettyMilliseconds(Date.now() - started, { secondsDecimalDigits: 0 });
}
