import { Command, InvalidArgumentError } from "commander";
import { createDashboard, serveDashboard, type DashboardSource } from "../../rollout/dashboard";
import { untilInterrupted } from "../interruption";
import { StackDashboard } from "../rollout/dashboard-source";
import type { DriveStackOptions } from "../rollout/drive-stack";
import { openRecords } from "../rollout/open-records";
import { openSession, requireCluster, say, withSessionOptions, type SessionOptions } from "../session";
import { watchOn } from "../watch/live";
import { showLivePlan } from "../watch/live-plan";
import { Watcher } from "../watch/watcher";
import { defaultRequests, parseRequests, withUpdateOptions } from "../update-options";
import { jsonOf } from "../answers";

interface DashboardOptions extends SessionOptions, DriveStackOptions {
  readonly port: number;
  readonly rate: number;
}

/** The window of the live split, in seconds. */
const splitWindow = 10;

/** `sluice dashboard`: a web page of one stack or several, on this machine alone. */
export function dashboardCommand(): Command {
  return withUpdateOptions(withSessionOptions(new Command("dashboard")))
    .argument("[stacks...]", "several stacks on one page, in place of --stack")
    .option("--port <port>", "the port on 127.0.0.1; 0 for any free port", parsePort, 8420)
    .option("--rate <number>", "requests per second that measure each stack's split, from 1 to 200", parseRate, 20)
    .option(
      "-n, --requests <number>",
      "how many requests verify each step of a rollout that it drives",
      parseRequests,
      defaultRequests,
    )
    .addHelpText(
      "after",
      `
The dashboard listens on 127.0.0.1 only, accepts actions from its own page only, and stops on Ctrl-C. Buttons send commands
to the rollout's driver. If the driver is gone, the dashboard drives the rollout itself, for as long as it runs.

Examples:
  sluice dashboard --stack dev
  sluice dashboard dev staging prod
  sluice dashboard --stack prod --context my-cluster --port 0`,
    )
    .action(async (named: string[], options: DashboardOptions, command: Command) => {
      if (named.length > 0 && command.getOptionValueSource("stack") === "cli")
        command.error(
          `error: name stacks with --stack or as arguments, not both: sluice dashboard ${[options.stack, ...named].join(" ")}`,
        );
      const stacks = named.length > 0 ? [...new Set(named)] : [options.stack];
      const opened: OpenedStack[] = [];
      try {
        for (const stack of stacks) opened.push(await openStack({ ...options, stack }));
        const app = createDashboard({
          sources: new Map(opened.map(({ source }, index) => [stacks[index] ?? "", source])),
        });
        await untilInterrupted(async (signal) => {
          const { url, closed } = await serveDashboard(app, { port: options.port, signal });
          say(
            {},
            options.json
              ? jsonOf<"dashboard">({ url })
              : `the dashboard of ${stacks.join(", ")} is at ${url}; Ctrl-C stops it`,
          );
          await Promise.all([closed, ...opened.map(({ split }) => watchOn(split, signal, {}))]);
        });
      } finally {
        for (const { split } of opened) split.close();
      }
    });
}

/** What the page shows of one stack. */
interface OpenedStack {
  readonly source: DashboardSource;
  readonly split: Watcher;
}

async function openStack(options: DashboardOptions): Promise<OpenedStack> {
  const session = await openSession(options);
  await requireCluster(session);
  const split = new Watcher(session, await showLivePlan(session, options), { rate: options.rate, window: splitWindow });
  const complain = (line: string) => process.stderr.write(`${line}\n`);
  const silent = {
    report: () => undefined,
    onPreview: () => undefined,
    onNotice: () => undefined,
    onComplaint: complain,
    onState: () => undefined,
    end: () => undefined,
  };
  return { source: new StackDashboard(session, await openRecords(session), options, split, silent), split };
}

function parsePort(text: string): number {
  const port = Number(text);
  if (/^\d+$/.test(text) && (port === 0 || (port >= 1024 && port <= 65535))) return port;
  throw new InvalidArgumentError("It must be 0, or a whole number from 1024 to 65535.");
}

function parseRate(text: string): number {
  const rate = Number(text);
  if (/^\d+$/.test(text) && rate >= 1 && rate <= 200) return rate;
  throw new InvalidArgumentError("It must be a whole number from 1 to 200.");
}
