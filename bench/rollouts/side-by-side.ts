import { setTimeout as sleep } from "node:timers/promises";
import { parseStackConfig } from "../../config";
import { readClusterProfile } from "../../cluster/profile";
import { readStack } from "../../engine/stack-file";
import { labInfo } from "../../lab";
import type { StackEdits } from "../../engine/edit-stack";
import { kubectl } from "../../test/e2e/support/lab";
import { setMood } from "../../test/e2e/support/mood";
import type { Figure } from "../report";
import type { Place } from "../shift";
import { tell, timeSluice } from "../sluice";
import { benchStack, changeStackFile, writeStackFile } from "../stack";
import { watching, type TrafficWatch } from "../watch";
import { failedIn, harmOf, type Harm } from "./users";

const source = "test/e2e/support/rollout-stack.yaml";

/** At which parts of an interval the canary breaks. */
const moments = [0.2, 0.5, 0.8];

/** Fifty requests a second, evenly. */
const pace = { intervalMilliseconds: 20, keepAlive: true, connections: 4, seconds: 3600 };

/** Seconds after a change in which what it left behind may still be answered. */
const settlingSeconds = 8;

/** What one driver's rollouts came to. */
export interface DriverRuns {
  readonly name: string;
  /** Seconds that a good rollout took, and the requests that failed meanwhile. */
  readonly good: { readonly seconds: number; readonly failed: number };
  readonly bad: readonly Harm[];
}

interface Driver {
  readonly name: string;
  /** A namespace of its own, as neither driver takes over what the other one has made. */
  readonly namespace: string;
  readonly edits: StackEdits;
  readonly intervalSeconds: number;
  /** Rolls a version out, and returns when it is over. */
  readonly rollOut: (version: string) => Promise<void>;
  /** Waits until the canary has its first users. */
  readonly untilTried: () => Promise<void>;
  /** The canary's pods. */
  readonly selector: (version: string) => string;
  /** Has users on the version from before again, and the next rollout possible. */
  readonly reset: () => Promise<void>;
}

/**
 * The same rollouts of the same workload on the same lab under the same load, one driver after the other: a good one, and
 * some in which the canary breaks once it has its first users.
 */
export async function measureSideBySide(place: Place, deployPrometheus: () => Promise<string>): Promise<DriverRuns[]> {
  const { target, signal } = place;
  const runs: DriverRuns[] = [];
  // Prometheus reads the controller, which comes with the stack.
  writeStackFile(rolloutEdits("demo", 10), source);
  await timeSluice(["up", "--yes", ...target], { signal });
  const prometheusUrl = await deployPrometheus();
  for (const seconds of [10, 1]) runs.push(await measure(place, sluiceDriver(place, seconds)));
  runs.push(await measure(place, flaggerDriver(place, prometheusUrl)));
  return runs;
}

async function measure(place: Place, driver: Driver): Promise<DriverRuns> {
  const { labName, target, signal } = place;
  const { name, intervalSeconds } = driver;
  tell(`${name}: bringing the stack up`);
  writeStackFile(driver.edits, source);
  const up = await timeSluice(["up", "--yes", "--json", ...target], { signal });
  const { outputs } = JSON.parse(up.lines.map(({ text }) => text).join("\n")) as { outputs: { address: string } };
  const profile = readClusterProfile(labInfo({ name: labName }).profile);
  const config = parseStackConfig(readStack(benchStack).config, profile);
  return watching(
    profile?.client ?? [],
    { address: outputs.address, port: 80 },
    config,
    signal,
    async (watch) => {
      await sleep(settlingSeconds * 1000, undefined, { signal });
      const good = await measureGood(watch, driver);
      const bad: Harm[] = [];
      for (const moment of moments) {
        tell(`${name}: a canary that breaks ${moment * intervalSeconds} s after its first users`);
        bad.push(await measureBad(watch, driver, moment * intervalSeconds, signal));
      }
      return { name, good, bad };
    },
    pace,
  );
}

async function measureGood(watch: TrafficWatch, driver: Driver): Promise<DriverRuns["good"]> {
  tell(`${driver.name}: a good rollout`);
  const [before, began] = [watch.all.length, performance.now()];
  await driver.rollOut("v2");
  const seconds = (performance.now() - began) / 1000;
  await sleep(settlingSeconds * 1000);
  const failed = failedIn(watch.all.slice(before));
  await driver.reset();
  return { seconds, failed };
}

async function measureBad(watch: TrafficWatch, driver: Driver, delay: number, signal: AbortSignal): Promise<Harm> {
  const rolling = driver.rollOut("v3");
  rolling.catch(() => undefined);
  await driver.untilTried();
  await sleep(delay * 1000, undefined, { signal });
  const fault = Date.now();
  await setMood(driver.namespace, driver.selector("v3"), { errors: 1 });
  await rolling;
  await sleep(settlingSeconds * 1000, undefined, { signal });
  const harm = harmOf(watch.all, "v3", fault);
  tell(`  ${harm.exposure.toFixed(1)} s, ${harm.failed} failed requests`);
  await driver.reset();
  return harm;
}

function rolloutEdits(namespace: string, seconds: number, more: Record<string, unknown> = {}): StackEdits {
  const metrics = [{ name: "request-success-rate", thresholdRange: { min: 99 }, interval: "10s" }];
  const service = { namespace: "monitoring", name: "prometheus" };
  const rollout = { interval: `${seconds}s`, stepWeight: 20, threshold: 1, prometheus: { service }, metrics, ...more };
  return [
    [["sluice:namespace"], namespace],
    [["sluice:ingressController"], { kind: "ingress-nginx" }],
    [["sluice:rollout"], rollout],
  ];
}

function sluiceDriver({ target, signal }: Place, intervalSeconds: number): Driver {
  const namespace = "demo";
  const edits = rolloutEdits(namespace, intervalSeconds);
  return {
    namespace,
    name: `sluice rollout, interval ${intervalSeconds} s`,
    edits,
    intervalSeconds,
    selector: (version) => `app=shop,version=${version}`,
    rollOut: async (version) => {
      // Status 1 where it was taken back, which is what is measured.
      await timeSluice(["rollout", "--to", version, "--yes", ...target], { signal }).catch(() => undefined);
    },
    untilTried: () => untilWeight(namespace, "ingress/shop-canary", canaryWeightPath, signal),
    reset: async () => {
      // The file decides again, which no rollout that is over stands against then.
      await timeSluice(["settle", ...target], { signal });
      writeStackFile(edits, source);
      await timeSluice(["up", "--yes", ...target], { signal });
      await sleep(settlingSeconds * 1000, undefined, { signal });
    },
  };
}

function flaggerDriver({ target, signal }: Place, url: string): Driver {
  const rollout = { driver: "flagger", flagger: {}, prometheus: { url }, progressDeadline: "5m" };
  const namespace = "flagged";
  const edits = rolloutEdits(namespace, 10, rollout);
  let build = 0;
  return {
    namespace,
    name: "Flagger, interval 10 s",
    edits,
    intervalSeconds: 10,
    selector: () => "app=shop",
    rollOut: async (version) => {
      build += 1;
      changeStackFile([
        [["sluice:stable"], version],
        [["sluice:versions", version, "env"], { VERSION: version, BUILD: String(build) }],
      ]);
      await timeSluice(["up", "--yes", ...target], { signal });
      await untilPhase(namespace, ["Succeeded", "Failed"], signal);
    },
    untilTried: () => untilWeight(namespace, "ingress/shop-canary", canaryWeightPath, signal),
    // A version that failed stays with Flagger until another one comes, and users are where they were.
    reset: () => sleep(settlingSeconds * 1000, undefined, { signal }),
  };
}

const canaryWeightPath = "jsonpath={.metadata.annotations.nginx\\.ingress\\.kubernetes\\.io/canary-weight}";
const pollMilliseconds = 200;

/** Waits until the canary Ingress has a weight, having had none. */
async function untilWeight(namespace: string, object: string, path: string, signal: AbortSignal): Promise<void> {
  const weight = async () => Number(await kubectl("get", object, "-n", namespace, "-o", path).catch(() => "0"));
  while ((await weight()) > 0) await sleep(pollMilliseconds, undefined, { signal });
  while ((await weight()) === 0) await sleep(pollMilliseconds, undefined, { signal });
}

/** Waits until Flagger has begun, and has come to an end. */
async function untilPhase(namespace: string, ends: readonly string[], signal: AbortSignal): Promise<void> {
  const phase = () => kubectl("get", "canary/shop", "-n", namespace, "-o", "jsonpath={.status.phase}");
  while (ends.includes(await phase()) || (await phase()) === "Initialized")
    await sleep(pollMilliseconds, undefined, { signal });
  while (!ends.includes(await phase())) await sleep(pollMilliseconds, undefined, { signal });
}

/** The runs as figures: what each driver took, and what that is of Flagger's. */
export function figuresOfRuns(runs: readonly DriverRuns[]): Figure[] {
  const flagger = runs.at(-1);
  const each = runs.flatMap(({ name, good, bad }): Figure[] => [
    { name: `${name}: good rollout`, unit: "s", values: [good.seconds], note: `${good.failed} failed requests` },
    {
      name: `${name}: from the first failure to the canary's last answer`,
      unit: "s",
      values: bad.map(({ exposure }) => exposure),
      note: `failed requests: ${bad.map(({ failed }) => failed).join(", ")}`,
    },
  ]);
  const ratios = runs.slice(0, -1).map(({ name, bad }): Figure => ({
    name: `ratio: ${name} / Flagger`,
    unit: "×",
    values: bad.map(({ exposure }, index) => exposure / (flagger?.bad[index]?.exposure ?? NaN)),
    note: "time that users met the broken canary, moment by moment",
  }));
  return [...each, ...ratios];
}
