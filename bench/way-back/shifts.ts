import { setTimeout as sleep } from "node:timers/promises";
import pRetry from "p-retry";
import { parseStackConfig } from "../../config";
import { readClusterProfile } from "../../config/profile";
import { readStack } from "../../engine/stack-file";
import { labInfo } from "../../lab";
import { ApiProxy, busyAtFirst } from "../../test/e2e/support/api-proxy";
import type { Figure } from "../report";
import type { Place } from "../shift";
import { tell, timeSluice, type TimedRun } from "../sluice";
import { benchStack, weightEdit, writeStackFile } from "../stack";
import { watching, type TrafficWatch } from "../watch";

const timedShifts = 5;
const [shiftsUnderLoad, promotions] = [20, 5];

/** 200 requests a second. */
const loaded = { intervalMilliseconds: 5, keepAlive: true, connections: 20, seconds: 3600 };

/** Until Traefik, or pods that were told to go, have nothing to do with what was before. */
const settlingMilliseconds = 8000;

/** How soon a shift is served, verified and reconciled, and what users lose of many shifts, promotions and rollbacks. */
export async function figuresOfWayBackShifts(place: Place): Promise<Figure[]> {
  const { labName, target, signal } = place;
  tell("shifts: bringing the stack up");
  writeStackFile(weightEdit(0));
  const profile = readClusterProfile(labInfo({ name: labName }).profile);
  const config = () => parseStackConfig(readStack(benchStack).config, profile);
  await timeSluice(["start", ...target], { signal });
  const up = await timeSluice(["up", "--yes", "--json", ...target], { signal });
  const { outputs } = JSON.parse(up.lines.map(({ text }) => text).join("\n")) as { outputs: { address: string } };
  const at = { address: outputs.address, port: 80 };
  const sluice = (...command: string[]) => timeSluice([...command, "--yes", ...target], { signal });
  const timed = await watching(profile?.client ?? [], at, config(), signal, (watch) => timeShifts(watch, sluice));
  const lost = (title: string, command: Command) =>
    watching(
      profile?.client ?? [],
      at,
      config(),
      signal,
      async (watch) => ({ name: title, ...(await countLost(watch, command, signal)) }),
      loaded,
    );
  const proxy = await ApiProxy.open();
  try {
    const throughProxy = { signal, env: proxy.env };
    let [repeated, refused] = [0, 0];
    /** Each command meets a busy server anew. One that is refused is given again, as a user would. */
    const busily: Command = async (...command) => {
      proxy.fault = busyAtFirst();
      const args = [...command, "--yes", "--stack", benchStack];
      const onFailedAttempt = () => void (repeated += 1);
      await pRetry(() => timeSluice(args, throughProxy), {
        retries: 5,
        minTimeout: 100,
        signal,
        onFailedAttempt,
      }).catch(() => (refused += 1));
    };
    const idle = await lost("requests lost, 200 a second", sluice);
    const busy = await lost("requests lost, 200 a second, each command through an API server that is busy", busily);
    const note = `${busy.note}; given again: ${repeated} times, refused in the end: ${refused} commands`;
    return [...timed, idle, { ...busy, note }];
  } finally {
    proxy.close();
  }
}

type Command = (...command: string[]) => Promise<unknown>;
type Sluice = (...command: string[]) => Promise<TimedRun>;

async function timeShifts(watch: TrafficWatch, sluice: Sluice): Promise<Figure[]> {
  const seen: { readonly run: TimedRun; readonly firstOfNew: number }[] = [];
  for (let round = 1; round <= timedShifts; round += 1) {
    tell(`sluice shift, ${round} of ${timedShifts}`);
    await watch.settledOn("v1");
    const run = await sluice("shift", "--weight", "100");
    seen.push({ run, ...watch.changeSince(run.started, "v1", "v2") });
    await sluice("shift", "--weight", "0");
  }
  const until = (name: string, of: (one: (typeof seen)[number]) => number): Figure => ({
    name: `sluice shift --yes: ${name}`,
    unit: "s",
    values: seen.map(of),
  });
  const lineAt = (begin: string) => (one: (typeof seen)[number]) =>
    one.run.lines.find(({ text }) => text.startsWith(begin))?.at ?? NaN;
  const moved = lineAt("✓ Move the routes");
  return [
    until("from the command to the first request as planned", ({ firstOfNew }) => firstOfNew),
    until("until the routes are patched", moved),
    until("from there to the first request as planned", (one) => one.firstOfNew - moved(one)),
    until("from there to verified", (one) => lineAt("✓ Verify")(one) - moved(one)),
    until("from there to reconciled", (one) => lineAt("✓ Update")(one) - moved(one)),
    until("whole command", ({ run }) => run.seconds),
  ];
}

async function countLost(watch: TrafficWatch, sluice: Command, signal: AbortSignal): Promise<Omit<Figure, "name">> {
  for (let round = 1; round <= shiftsUnderLoad; round += 1) {
    tell(`under load: shift ${round} of ${shiftsUnderLoad}`);
    await sluice("shift", "--weight", String((round * 30) % 100));
  }
  for (let round = 1; round <= promotions; round += 1) {
    tell(`under load: promotion and rollback ${round} of ${promotions}`);
    await sluice("shift", "--promote");
    await sluice("undo");
  }
  await sleep(settlingMilliseconds, undefined, { signal });
  const failures = watch.all.flatMap(({ failure }) => failure ?? []);
  const kinds = [...new Set(failures)].join("; ");
  return {
    unit: "lost",
    values: [failures.length],
    note: `of ${watch.all.length}, in ${shiftsUnderLoad} shifts, ${promotions} promotions, ${promotions} rollbacks${kinds && `: ${kinds}`}`,
  };
}
