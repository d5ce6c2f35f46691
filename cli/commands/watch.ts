import chalk from "chalk";
import { Command, InvalidArgumentError } from "commander";
import type { StepContext } from "../../progress/step";
import { UserError } from "../../progress/user-error";
import { summarizePlan } from "../../traffic/explain";
import { Unsatisfied } from "../failure";
import { untilInterrupted } from "../interruption";
import { runSteps } from "../progress";
import { openSession, requireCluster, say, withSessionOptions, type SessionOptions } from "../session";
import { dataOf } from "../watch/data";
import { showLivePlan } from "../watch/live-plan";
import { watchOn, watchOnce } from "../watch/live";
import { showData, showFrames, showLines } from "../watch/show";
import { tableOf } from "../watch/table";
import { Watcher, type WatchOptions } from "../watch/watcher";
import { whyUnasked } from "../verify-split";
import { jsonOf } from "../answers";

/** `sluice watch`: shows each second which version serves the requests, beside the plan. */
export function watchCommand(): Command {
  return withSessionOptions(new Command("watch"))
    .option("--rate <number>", "requests per second, all rules together, from 1 to 200", parseRate, 20)
    .option("--window <seconds>", "how many seconds the window covers, from 1 to 300", parseWindow, 10)
    .option("--once", "print one window as a table; exit with 0 if as planned, else 1")
    .addHelpText(
      "after",
      `
Half of the requests are plain ones; the rest try the plan's rules in turn. Sluice reads the plan from the cluster every 15
seconds, and starts a new window when the plan changes. A rule is "as planned" if each version's count is in its 99.9%
interval and no request failed; one window in a thousand fails this by chance. A rule has "too few" requests if a version
that serves nobody could go unnoticed: raise --rate or --window.

A terminal shows a picture, redrawn each second. Without a terminal, each second prints a line, or a JSON object with --json.
Ctrl-C ends a watch with status 0; with 130 while the plan is still being read, and with --once.

Examples:
  sluice watch --stack dev
  sluice watch --stack prod --context my-cluster --rate 100 --window 60
  sluice watch --stack dev --once --json
  sluice watch --stack dev --json | jq --unbuffered -c '.rules[0].versions'`,
    )
    .action(async (options: SessionOptions & WatchOptions & { once?: boolean }) => {
      // chalk looks at FORCE_COLOR and --no-color alone (https://no-color.org).
      if (process.env["NO_COLOR"]) chalk.level = 0;
      const session = await openSession(options);
      await requireCluster(session);
      const unasked = whyUnasked(session.config());
      if (unasked !== undefined) throw new UserError(unasked, "SLUICE1107");
      const live = await showLivePlan(session, options, ({ plan }) => summarizePlan(plan));
      const watcher = new Watcher(session, live, options);
      await watcher.rereadRollout();
      try {
        await (options.once ? once(watcher, options) : on(watcher, options));
      } finally {
        watcher.close();
      }
    });
}

async function once(watcher: Watcher, options: SessionOptions & WatchOptions): Promise<void> {
  const { rate, window } = options;
  const send = {
    title: `Send ${rate} requests a second for ${window} s`,
    run: async ({ report, signal }: StepContext) => {
      const end = () => watcher.close();
      signal.addEventListener("abort", end, { once: true });
      let answered = 0;
      await watchOnce(watcher, window, signal, { onRound: () => report(`${(answered += 1)} of ${window} s`) });
      return watcher.picture().asPlanned ? "as planned" : "not as planned, or too few to tell";
    },
  };
  await runSteps([send], options);
  const picture = watcher.picture();
  say({}, options.json ? jsonOf<"watch">(dataOf(picture)) : `\n${tableOf(picture)}`);
  if (!picture.asPlanned) throw new Unsatisfied("the measured split is not as planned");
}

async function on(watcher: Watcher, { json }: SessionOptions): Promise<void> {
  const { columns, rows, isTTY } = process.stdout;
  // The picture needs the terminal's size.
  const show = json ? showData : isTTY && columns > 0 && rows > 0 ? showFrames : showLines;
  const viewer = show(() => watcher.picture());
  try {
    await untilInterrupted((signal) => watchOn(watcher, signal, viewer));
  } finally {
    viewer.end();
  }
}

function parseRate(text: string): number {
  return parseWhole(text, 200);
}

function parseWindow(text: string): number {
  return parseWhole(text, 300);
}

function parseWhole(text: string, highest: number): number {
  const number = Number(text);
  if (/^\d+$/.test(text) && number >= 1 && number <= highest) return number;
  throw new InvalidArgumentError(`It must be a whole number from 1 to ${highest}.`);
}
