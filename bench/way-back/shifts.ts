import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import pRetry from "p-retry";
import { parseStackConfig } from "../../config";
import { readClusterProfile } from "../../cluster/profile";
import { readStack } from "../../engine/stack-file";
import { labInfo, pulumiOnPath, pulumiVariables } from "../../lab";
import { ApiProxy, busyAtFirst } from "../../test/e2e/support/api-proxy";
import {
  breakMetricsApi,
  breakWebhook,
  type Broken,
  type BrokenPlace,
  cordonNode,
  kubectlOf,
  Repairs,
} from "../../test/e2e/support/broken";
import { labEnvironment } from "../../test/e2e/support/lab";
import type { Figure } from "../report";
import type { Place } from "../shift";
import { installedSluice, tell, timeSluice, type TimedRun } from "../sluice";
import { benchStack, weightEdit, writeStackFile } from "../stack";
import { watching, type TrafficWatch } from "../watch";

const timedShifts = 5;
const [shiftsUnderLoad, allPromotions] = [20, 5];

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
  const timed = await watching(profile?.client ?? [], at, config(), signal, (watch) =>
    byPackage(signal, (installed) => timeShifts(watch, installed)),
  );
  const lost = (situation: string, command: Command, promotions = allPromotions) =>
    watching(
      profile?.client ?? [],
      at,
      config(),
      signal,
      async (watch) => ({
        name: `requests lost, 200 a second${situation}`,
        ...(await countLost(watch, command, promotions, signal)),
      }),
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
    const idle = await lost("", sluice);
    const busy = await lost(", each command through an API server that is busy", busily);
    const note = `${busy.note}; given again: ${repeated} times, refused in the end: ${refused} commands`;
    const broken = await brokenClusters({ lab: labName, namespace: config().namespace }, (situation, promotions) =>
      lost(`, ${situation}`, sluice, promotions),
    );
    return [...timed, idle, { ...busy, note }, ...broken];
  } finally {
    proxy.close();
  }
}

type Command = (...command: string[]) => Promise<unknown>;
type Sluice = (...command: string[]) => Promise<TimedRun>;

/** Has commands given as users of the package do. */
async function byPackage<Result>(signal: AbortSignal, work: (sluice: Sluice) => Promise<Result>): Promise<Result> {
  const folder = mkdtempSync(join(tmpdir(), "sluice-bench-"));
  try {
    const installed = await installedSluice(folder);
    const pulumi = await pulumiOnPath();
    const path = pulumi && { PATH: `${pulumi}:${process.env["PATH"]}`, ...pulumiVariables(pulumi, process.env) };
    const env = { ...labEnvironment(), ...path };
    return await work((...command) => installed([...command, "--yes", "--stack", benchStack], { signal, env }));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

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

/** The same while something of the cluster is broken that no change of routes needs. */
async function brokenClusters(
  place: BrokenPlace,
  lost: (situation: string, promotions: number) => Promise<Figure>,
): Promise<Figure[]> {
  const figures: Figure[] = [];
  const during = async (situation: string, promotions: number, ...faults: (() => Promise<Broken>)[]) => {
    const repairs = new Repairs();
    try {
      for (const fault of faults) repairs.add(await fault());
      figures.push(await lost(situation, promotions));
    } finally {
      await repairs.run();
    }
  };
  await during("nobody serves the metrics API", allPromotions, () => breakMetricsApi(place));
  // A promotion ends pods, and a rollback after it makes some: neither goes past a webhook or without a node.
  await during("the webhook of another controller is down", 0, () => breakWebhook("others", podKinds, place));
  await during(
    "pods of both versions wait for a node",
    0,
    () => cordonNode(place),
    () => losePods(place),
  );
  return figures;
}

const podKinds = { "": ["pods"], apps: ["deployments", "replicasets"], autoscaling: ["horizontalpodautoscalers"] };

/** One pod of each version goes, and its successor waits for a node. */
async function losePods({ lab, namespace }: BrokenPlace): Promise<Broken> {
  const kubectl = kubectlOf(lab);
  for (const version of ["v1", "v2"]) {
    const selector = ["-n", namespace, "-l", `version=${version}`];
    const { stdout } = await kubectl("get", "pods", ...selector, "-o", "name");
    await kubectl("delete", "-n", namespace, stdout.split("\n")[0] ?? "");
  }
  return { mend: () => undefined };
}

async function countLost(
  watch: TrafficWatch,
  sluice: Command,
  promotions: number,
  signal: AbortSignal,
): Promise<Omit<Figure, "name">> {
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
  const more = promotions > 0 ? `, ${promotions} promotions, ${promotions} rollbacks` : "";
  return {
    unit: "lost",
    values: [failures.length],
    note: `of ${watch.all.length}, in ${shiftsUnderLoad} shifts${more}${kinds && `: ${kinds}`}`,
  };
}
