import { parseStackConfig } from "../config";
import { readClusterProfile } from "../cluster/profile";
import { readStack } from "../engine/stack-file";
import { labInfo } from "../lab";
import type { Figure } from "./report";
import { failedIn } from "./rollouts/users";
import type { Place } from "./shift";
import { tell, timeSluice } from "./sluice";
import { benchStack, writeStackFile } from "./stack";
import { watching, type Pace } from "./watch";

/** A canary by weight and rules, on the router that the migration begins with. */
const source = "test/e2e/support/migrate-stack.yaml";

const steps = [
  { words: "the other router beside, compared", args: ["--to", "gateway"] },
  { words: "the address handed over", args: ["--hand-over", "address"] },
  { words: "the address taken back", args: ["--back"] },
  { words: "handed over again", args: ["--hand-over", "address"] },
  { words: "the old router removed", args: ["--finish"] },
] as const;

/** Fifty requests a second, a connection for each: one that begins while the address changes hands is what is looked for. */
const pace: Pace = { intervalMilliseconds: 20, keepAlive: false, connections: 1, seconds: 3600 };

/** Migrates a stack step by step while users ask at the address that they know, and counts what each step loses them. */
export async function figuresOfMigration({ labName, target, signal }: Place): Promise<Figure[]> {
  tell("bringing the stack up");
  writeStackFile([], source);
  const up = await timeSluice(["up", "--yes", "--json", ...target], { signal });
  const { outputs } = JSON.parse(up.lines.map(({ text }) => text).join("\n")) as { outputs: { address: string } };
  const profile = readClusterProfile(labInfo({ name: labName }).profile);
  const config = parseStackConfig(readStack(benchStack).config, profile);
  const place = { address: outputs.address, port: 80 };
  return watching(
    profile?.client ?? [],
    place,
    config,
    signal,
    async (watch) => {
      const figures: Figure[] = [];
      for (const { words, args } of steps) {
        tell(words);
        const before = watch.all.length;
        const { seconds } = await timeSluice(["migrate", "--yes", ...args, ...target], { signal });
        const answers = watch.all.slice(before);
        const slowest = Math.max(...answers.map(({ milliseconds }) => milliseconds)) / 1000;
        const note = `${failedIn(answers)} of ${answers.length} requests lost, the slowest answer after ${slowest.toFixed(2)} s`;
        figures.push({ name: `sluice migrate ${args.join(" ")}: ${words}`, unit: "s", values: [seconds], note });
      }
      return figures;
    },
    pace,
  );
}
