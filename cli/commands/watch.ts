import chalk from "chalk";
import { Command, InvalidArgumentError } from "commander";
import { UserError } from "../../progress/user-error";
import { summarizePlan } from "../../traffic/explain";
import { Unsatisfied } from "../failure";
import { untilInterrupted } from "../interruption";
import { runSteps } from "../progress";
import { openSession, requireCluster, say, withSessionOptions, type SessionOptions } from "../session";
import { dataOf } from "../watch/data";
import { readLivePlan, type LivePlan } from "../watch/live-plan";
import { watchOn, watchOnce } from "../watch/live";
import { showData, showFrames, showLines } from "../watch/show";
import { tableOf } from "../watch/table";
import { Watcher, type WatchOptions } from "../watch/watcher";
import { jsonOf } from "../answers";

/** `sluice watch`: who is being served by which version, second by second, beside the plan. */
export function watchCommand(): Command {
  return withSessionOptions(new Command("watch"))
    .option("--rate <number>", "requests per second, all rules together, from 1 to 200", parseRate, 20)
    .option("--window <seconds>", "how many seconds back are looked at, from 1 to 300", parseWindow, 10)
    .option("--once", "look at one window, print a table, and end: status 0 as planned, 1 not")
    .addHelpText(
      "after",
      `
Half of the requests are plain ones, the rest shows the plan's rules in turn. The plan is the cluster's, read again every
15 seconds; when it changes, the window begins anew. A rule is "as planned" where each version's count lies in its
99.9% interval and no request failed, so by chance alone a window in a thousand is not; it is "too few" where so
few requests were sent that a version which serves nobody might go unnoticed: a larger --rate or --window helps.

In a terminal the picture is drawn anew each second; elsewhere each second prints a line, with --json a JSON object.
Ctrl-C ends a watch with status 0; with 130, as elsewhere, where the plan was still being read, and with --once.

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
      let live: LivePlan | undefined;
      const readPlan = {
        title: `Read the plan of ${options.stack}`,
        run: async (context: Parameters<typeof readLivePlan>[1]) => {
          live = await readLivePlan(session, context);
          return summarizePlan(live.plan);
        },
      };
      await runSteps([readPlan], options);
      if (!live) throw new UserError("the plan could not be read", "SLUICE1106");
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
    run: async ({ report, signal }: Parameters<typeof readLivePlan>[1]) => {
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
  // A terminal that does not say how large it is can't be drawn in.
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
