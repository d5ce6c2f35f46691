import { createHash } from "node:crypto";
import { appendFileSync, existsSync, readdirSync, readFileSync } from "node:fs";
import { once } from "node:events";
import { join } from "node:path";
import { Worker } from "node:worker_threads";
import { packageFolder } from "../../package-folder";
import type { Seeds, Situation } from "./simulations";

/** Some rollouts of a situation. */
interface Batch {
  readonly situation: Situation;
  readonly seeds: Seeds;
}

/** How many rollouts of a situation were simulated, and how many of them were rolled back. */
export interface Outcome {
  readonly situation: Situation;
  readonly simulations: number;
  readonly broken: number;
}

/** How batches are run. */
export interface BatchOptions {
  /** Rollouts of each situation. */
  readonly simulations: number;
  /** How many threads simulate. */
  readonly workers: number;
  /** Where results are kept, so that a later run goes on from there; nowhere if left out. */
  readonly file?: string;
  /** Told after each batch. */
  readonly progress?: (done: number, all: number) => void;
}

/** As many rollouts are lost at most if a run is interrupted. */
const batchSize = 250;

/** Simulates rollouts of an hour on several threads, and counts those that were rolled back. */
export async function countBroken(
  situations: readonly Situation[],
  { simulations, workers, file, progress }: BatchOptions,
): Promise<Outcome[]> {
  const kept = new Kept(file);
  const wanted: readonly Batch[] = situations.flatMap((situation) =>
    Array.from({ length: Math.ceil(simulations / batchSize) }, (_, index) => ({
      situation,
      seeds: { first: index * batchSize + 1, last: Math.min(simulations, (index + 1) * batchSize) },
    })),
  );
  const missing = wanted.filter((one) => kept.brokenOf(one) === undefined);
  let done = wanted.length - missing.length;
  const work = async () => {
    const worker = new Worker(join(__dirname, "worker.js"));
    try {
      for (let next = missing.shift(); next; next = missing.shift()) {
        worker.postMessage(next);
        const [broken] = (await once(worker, "message")) as [number];
        kept.add(next, broken);
        progress?.((done += 1), wanted.length);
      }
    } finally {
      await worker.terminate();
    }
  };
  await Promise.all(Array.from({ length: Math.min(workers, missing.length) }, work));
  return situations.map((situation) => {
    const batches = wanted.filter((one) => one.situation === situation);
    return { situation, simulations, broken: batches.reduce((sum, one) => sum + (kept.brokenOf(one) ?? 0), 0) };
  });
}

/** Results, which hold for the judge that was simulated only: with another one, nothing is taken from the file. */
class Kept {
  private readonly results = new Map<string, number>();
  private readonly judge = digestOf(join(packageFolder, "judge"), __dirname);

  constructor(private readonly file: string | undefined) {
    const text = file !== undefined && existsSync(file) ? readFileSync(file, "utf8") : "";
    for (const line of text.split("\n").filter((one) => one !== "")) {
      const { judge, broken, ...batch } = JSON.parse(line) as Batch & {
        readonly judge: string;
        readonly broken: number;
      };
      if (judge === this.judge) this.results.set(JSON.stringify(batch), broken);
    }
  }

  /** How many of a batch were rolled back; nothing if it was not simulated yet. */
  brokenOf(batch: Batch): number | undefined {
    return this.results.get(JSON.stringify(batch));
  }

  add(batch: Batch, broken: number): void {
    this.results.set(JSON.stringify(batch), broken);
    if (this.file !== undefined)
      appendFileSync(this.file, `${JSON.stringify({ judge: this.judge, broken, ...batch })}\n`);
  }
}

/** What simulations depend on. */
function digestOf(judge: string, simulations: string): string {
  const files = [
    ...readdirSync(judge)
      .sort()
      .map((name) => join(judge, name)),
    join(simulations, "simulations.ts"),
  ];
  const hash = createHash("sha256");
  for (const file of files) hash.update(readFileSync(file));
  return hash.digest("hex").slice(0, 12);
}
