import { writeFileSync } from "node:fs";
import { Command, Option } from "commander";
import type { BatchOptions } from "./judging/batches";
import { cost, detectionTimes, falseRollbacks, largerFaults, type Table } from "./judging/tables";
import { drawEvidence } from "./judging/picture";

interface Options extends Omit<BatchOptions, "progress"> {
  readonly only?: string;
  readonly picture?: string;
}

type Make = (options: BatchOptions) => Table | Promise<Table>;

const tables: Readonly<Record<string, readonly [title: string, make: Make]>> = {
  false: [
    "False rollbacks of canaries as good as stable, in an hour (in brackets: the upper limit of the 95% interval)",
    (options) => falseRollbacks(false, options),
  ],
  "false-known": ["The same if stable's hour before is known", (options) => falseRollbacks(true, options)],
  detection: [
    "Seconds until a canary with 5% errors beside a stable with 1% is called broken",
    ({ simulations }) => detectionTimes(simulations),
  ],
  faults: [
    "The same for larger faults, at 10 requests/s beside a stable with 1% (last column: without any)",
    ({ simulations }) => largerFaults(simulations),
  ],
  cost: ["Cost", cost],
};

new Command("bench:judge")
  .description("simulate rollouts and print how well they are judged, as Markdown; the same for the same numbers")
  .addOption(
    new Option("-n, --simulations <number>", "rollouts for each figure; their seeds are 1 to this")
      .argParser(Number)
      .default(200),
  )
  .addOption(new Option("--only <table>", "one table").choices(Object.keys(tables)))
  .addOption(new Option("--workers <number>", "threads that simulate false rollbacks").argParser(Number).default(2))
  .option("--file <file>", "keep the results of false rollbacks there, and go on from what it has")
  .option("--picture <file>", "draw docs/judging.svg instead")
  .action(async ({ only, picture, ...options }: Options) => {
    if (picture !== undefined) return writeFileSync(picture, drawEvidence());
    for (const [name, [title, make]] of Object.entries(tables)) {
      if (only !== undefined && only !== name) continue;
      process.stdout.write(`${title}:\n\n${markdown(await make({ ...options, progress: tell }))}\n`);
    }
  })
  .parseAsync()
  .catch((error: unknown) => {
    console.error(error);
    process.exitCode = 1;
  });

function tell(done: number, all: number): void {
  process.stderr.write(process.stderr.isTTY ? `\r${done}/${all} ` : done % 100 === 0 ? `${done}/${all}\n` : "");
}

function markdown([head = [], ...rows]: Table): string {
  const line = (cells: readonly string[]) => `| ${cells.join(" | ")} |\n`;
  return [line(head), line(head.map((_, index) => (index === 0 ? "---" : "--:"))), ...rows.map(line)].join("");
}
