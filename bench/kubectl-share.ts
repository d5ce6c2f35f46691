import { chmod, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { kubectlProgram } from "../lab";
import { timeSluice } from "./sluice";
import type { Place } from "./shift";

/** How much of one `sluice up` goes by while kubectl runs. */
export interface KubectlShare {
  /** Seconds during which at least one kubectl ran. */
  readonly inKubectl: number;
  /** Seconds of the whole command. */
  readonly total: number;
  /** Calls and their seconds by verb, as words. */
  readonly calls: string;
}

interface Call {
  readonly begin: number;
  readonly end: number;
  readonly verb: string;
}

const wrapper = `#!/bin/sh
begin=$(date +%s%N)
"$BENCH_KUBECTL" "$@"
status=$?
echo "$begin $(date +%s%N) $*" >> "$BENCH_LOG"
exit $status
`;

const verbs = ["get", "diff", "apply", "delete"];

/**
 * Runs one `sluice up` with a kubectl in front on PATH that notes when each call began and ended.
 *
 * It is a run of its own, as the notes cost some milliseconds a call.
 */
export async function measureKubectlShare({ target, signal }: Place): Promise<KubectlShare> {
  const folder = await mkdtemp(join(tmpdir(), "sluice-bench-"));
  const log = join(folder, "calls");
  try {
    await writeFile(join(folder, "kubectl"), wrapper);
    await chmod(join(folder, "kubectl"), 0o755);
    const env = {
      BENCH_KUBECTL: await kubectlProgram(signal, () => undefined),
      BENCH_LOG: log,
      PATH: `${folder}${delimiter}${process.env["PATH"] ?? ""}`,
    };
    const { seconds: total } = await timeSluice(["up", "--yes", ...target], { signal, env });
    const calls = (await readFile(log, "utf8")).trim().split("\n").map(parseCall);
    return { inKubectl: lengthOfUnion(calls), total, calls: describeCalls(calls) };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function parseCall(line: string): Call {
  const [begin, end, ...args] = line.split(" ");
  const seconds = (nanoseconds = "0") => Number(BigInt(nanoseconds) / 1000n) / 1e6;
  return { begin: seconds(begin), end: seconds(end), verb: args.find((arg) => verbs.includes(arg)) ?? "other" };
}

/** Calls that run side by side count once. */
function lengthOfUnion(calls: readonly Call[]): number {
  let [length, reached] = [0, 0];
  for (const { begin, end } of [...calls].sort((left, right) => left.begin - right.begin)) {
    length += Math.max(0, end - Math.max(begin, reached));
    reached = Math.max(reached, end);
  }
  return length;
}

function describeCalls(calls: readonly Call[]): string {
  return [...verbs, "other"]
    .map((verb) => ({ verb, own: calls.filter((call) => call.verb === verb) }))
    .filter(({ own }) => own.length > 0)
    .map(({ verb, own }) => {
      const seconds = own.reduce((sum, { begin, end }) => sum + end - begin, 0);
      return `${own.length} ${verb} ${seconds.toFixed(2)} s`;
    })
    .join(", ");
}
