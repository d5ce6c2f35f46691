import { writeFileSync } from "node:fs";
import { Command, Option } from "commander";
import { cost, detectionTimes, falseRollbacks, largerFaults, type Table } from "./judging/tables";
import { drawEvidence } from "./judging/picture";

interface Options {
  readonly simulations: number;
  readonly only?: string;
  readonly picture?: string;
}

const tables: Readonly<Record<string, readonly [title: string, make: (simulations: number) => Table]>> = {
  false: ["False rollbacks of canaries as good as stable, in an hour", falseRollbacks],
  detection: ["Seconds until a canary with 5% errors beside a stable with 1% is called broken", detectionTimes],
  faults: [
    "The same for larger faults, at 10 requests/s beside a stable with 1% (last column: without any)",
    largerFaults,
  ],
  cost: ["Cost", cost],
};

new Command("judge")
  .description("simulate rollouts and print how well they are judged, as Markdown; the same for the same numbers")
  .addOption(new Option("-n, --simulations <number>", "rollouts for each figure").argParser(Number).default(200))
  .addOption(new Option("--only <table>", "one table").choices(Object.keys(tables)))
  .option("--picture <file>", "draw docs/judging.svg instead")
  .action(({ simulations, only, picture }: Options) => {
    if (picture !== undefined) return writeFileSync(picture, drawEvidence());
    for (const [name, [title, make]] of Object.entries(tables))
      if (only === undefined || only === name) process.stdout.write(`${title}:\n\n${markdown(make(simulations))}\n`);
  })
  .parse();

function markdown([head = [], ...rows]: Table): string {
  const line = (cells: readonly string[]) => `| ${cells.join(" | ")} |\n`;
  return [line(head), line(head.map((_, index) => (index === 0 ? "---" : "--:"))), ...rows.map(line)].join("");
}
