import chalk from "chalk";
import logUpdate from "log-update";
import type { Notice } from "../../rollout/hooks";
import type { RolloutState, Round } from "../../rollout/state";
import { viewOf } from "../../rollout/view";
import { trafficDiff } from "../../traffic/diff";
import type { Answers, RolloutEvent } from "../answers";
import { checkLine } from "./check-line";
import type { Watcher } from "./drive-stack";
import { frameOf } from "./frame";

/** How a rollout is shown: live in a terminal, as lines elsewhere, as JSON events where a program reads it. */
export function watcherFor(stack: string, { json = false }: { readonly json?: boolean }): Watcher {
  if (json) return jsonWatcher(stack);
  return process.stdout.isTTY ? terminalWatcher(stack) : lineWatcher();
}

/** One JSON object a line: `state`, `preview`, `notice` and `complaint`. */
function jsonWatcher(stack: string): Watcher {
  const print = (event: RolloutEvent) => {
    const line: Answers["rollout"] = { time: new Date().toISOString(), stack, ...event };
    process.stdout.write(`${JSON.stringify(line)}\n`);
  };
  return {
    report: () => undefined,
    onPreview: ({ changes, trafficBefore, trafficAfter, violations }) =>
      print({ type: "preview", changes, trafficBefore, trafficAfter, violations }),
    onNotice: (notice) => print({ type: "notice", ...notice }),
    onComplaint: (message) => print({ type: "complaint", message }),
    // Earlier notices are in earlier lines.
    onState: (state) => {
      const { rounds, timeline, ...view } = viewOf(state);
      print({ type: "state", rollout: { ...view, rounds: rounds.slice(-1), timeline: timeline.slice(-1) } });
    },
    end: () => undefined,
  };
}

function lineWatcher(): Watcher {
  return {
    ...linesTo((line) => process.stdout.write(`${line}\n`)),
    report: () => undefined,
    end: () => undefined,
  };
}

/** The same lines, above a picture that is redrawn every second. */
function terminalWatcher(stack: string): Watcher {
  let [state, doing]: [RolloutState | undefined, string] = [undefined, ""];
  const draw = () => {
    if (state) logUpdate(frameOf(stack, state, doing, Date.now()));
  };
  const ticking = setInterval(draw, 1000);
  const lines = linesTo((line) => {
    logUpdate.clear();
    process.stdout.write(`${line}\n`);
    draw();
  });
  return {
    ...lines,
    report: (text) => (doing = text),
    onState: (next) => {
      [state, doing] = [next, ""];
      lines.onState(next);
      draw();
    },
    end: () => {
      clearInterval(ticking);
      logUpdate.clear();
    },
  };
}

function linesTo(print: (line: string) => void): Pick<Watcher, "onPreview" | "onNotice" | "onComplaint" | "onState"> {
  let told: Round | undefined;
  const say = (text: string) => print(`${chalk.dim(clock())}  ${text}`);
  return {
    onPreview: ({ trafficBefore, trafficAfter, violations }) => {
      for (const line of trafficDiff(trafficBefore ?? ["the stack is not up"], trafficAfter))
        print(`          ${line.startsWith("+") ? chalk.green(line) : chalk.red(line)}`);
      for (const { policy, message } of violations) print(chalk.yellow(`          ! ${policy}: ${message}`));
    },
    onNotice: ({ severity, message }: Notice, { phase }: RolloutState) =>
      say(`${chalk.bold(phase.padEnd(16))}${colors[severity](message)}`),
    onComplaint: (line) => say(chalk.yellow(line)),
    onState: ({ rounds }) => {
      const last = rounds.at(-1);
      if (!last || (told && last.at === told.at)) return;
      told = last;
      for (const check of last.checks) print(`          ${checkLine(check)}`);
    },
  };
}

const colors = { info: (text: string) => text, warn: chalk.yellow, error: chalk.red };
function clock(): string {
  return new Date().toTimeString().slice(0, 8);
}
