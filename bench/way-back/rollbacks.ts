import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { parseStackConfig } from "../../config";
import { readClusterProfile } from "../../cluster/profile";
import type { StackEdits } from "../../engine/edit-stack";
import { readStack } from "../../engine/stack-file";
import { labInfo } from "../../lab";
import { ApiProxy, type SeenRequest } from "../../test/e2e/support/api-proxy";
import { kubectl } from "../../test/e2e/support/lab";
import { setMood } from "../../test/e2e/support/mood";
import { RunningRollout } from "../../test/e2e/support/rollouts";
import type { Figure } from "../report";
import type { Place } from "../shift";
import { installedSluice, tell, timeSluice } from "../sluice";
import { benchStack, writeStackFile } from "../stack";
import { watching, type TrafficWatch } from "../watch";
import { figuresOfIdleDriver, memoryOf, type IdleDriver } from "./idle";
import { outageOf, type Outage, type SentPatch } from "./outage";

const source = "test/e2e/support/rollout-stack.yaml";
const namespace = "demo";
const rounds = 3;

/** Ten requests a second. */
const pace = { intervalMilliseconds: 100, keepAlive: true, connections: 4, seconds: 3600 };

/** Milliseconds in which what a rollback left behind may still be answered. */
const settlingMilliseconds = 5000;

/** Seconds for which a driver that waits for an approval is looked at. */
const idleSeconds = 20;

/** What takes users back. */
const triggers = ["sluice abort", "the crash watch"] as const;

/** Half of the users are on the canary, until somebody approves; requests of Sluice's own would judge it too late. */
function editsFor(kind: string): StackEdits {
  const rollout = {
    interval: "30s",
    threshold: 9,
    steps: [{ weight: 50, pause: "approval" }, { weight: 100 }],
    metrics: [],
  };
  return [
    [["sluice:rollout"], rollout],
    [["sluice:ingressController", "kind"], kind],
  ];
}

/** How long users meet a broken canary, behind one controller, until they are taken back from it. */
export async function figuresOfRollbacks({ labName, target, signal }: Place, kind: string): Promise<Figure[]> {
  tell(`${kind}: bringing the stack up`);
  writeStackFile(editsFor(kind), source);
  await timeSluice(["start", ...target], { signal });
  const up = await timeSluice(["up", "--yes", "--json", ...target], { signal });
  const { outputs } = JSON.parse(up.lines.map(({ text }) => text).join("\n")) as { outputs: { address: string } };
  const profile = readClusterProfile(labInfo({ name: labName }).profile);
  const config = parseStackConfig(readStack(benchStack).config, profile);
  const proxy = await ApiProxy.open();
  const folder = mkdtempSync(join(tmpdir(), "sluice-bench-"));
  try {
    const installed = await installedSluice(folder);
    const abort = () => installed(["abort", "--stack", benchStack], { signal, env: proxy.env });
    const figures: Figure[] = [];
    let idle: IdleDriver | undefined;
    for (const trigger of triggers) {
      const outages: Outage[] = [];
      for (let round = 1; round <= rounds; round += 1) {
        tell(`${kind}: ${trigger}, ${round} of ${rounds}`);
        const running = new RunningRollout(["rollout", "--to", "v2", "--yes", "--stack", benchStack], proxy.env);
        await running.until(({ actions }) => actions.includes("approve"));
        idle ??= await lookAtIdle(running, proxy, signal);
        outages.push(
          await watching(
            profile?.client ?? [],
            { address: outputs.address, port: 80 },
            config,
            signal,
            async (watch) =>
              measure(watch, { proxy, running, abort: trigger === "sluice abort" ? abort : undefined, signal }),
            pace,
          ),
        );
      }
      figures.push(...figuresOf(`${kind}, ${trigger}`, outages));
    }
    return [...figures, ...(idle ? figuresOfIdleDriver(idle) : [])];
  } finally {
    proxy.close();
    rmSync(folder, { recursive: true, force: true });
    await timeSluice(["down", "--yes", "--keep-cluster", ...target], { signal: new AbortController().signal });
  }
}

/** A rollout under way, and how it is aborted; without that the canary's pods break. */
interface Scene {
  readonly proxy: ApiProxy;
  readonly running: RunningRollout;
  readonly abort?: () => Promise<unknown>;
  readonly signal: AbortSignal;
}

async function measure(watch: TrafficWatch, { proxy, running, abort, signal }: Scene): Promise<Outage> {
  await sleep(2000, undefined, { signal });
  const fault = Date.now();
  if (abort) {
    await setMood(namespace, "app=shop,version=v2", { errors: 1 });
    await untilFailed(watch, fault, signal);
    await abort();
  } else await breakPods();
  await running.end();
  await sleep(settlingMilliseconds, undefined, { signal });
  const outage = outageOf(watch.all, "v2", fault, patchSince(proxy, fault));
  tell(`  ${outage.total.toFixed(2)} s: ${JSON.stringify(outage)}`);
  return outage;
}

/** Waits until a user has had a failing answer. */
async function untilFailed(watch: TrafficWatch, fault: number, signal: AbortSignal): Promise<void> {
  while (!watch.all.some(({ at, failure }) => at >= fault && failure !== undefined))
    await sleep(10, undefined, { signal });
}

/** The canary's pods get an image that no kubelet starts. */
async function breakPods(): Promise<void> {
  const pods = await kubectl("get", "pods", "-n", namespace, "-l", "app=shop,version=v2", "-o", "name");
  const patch = JSON.stringify([{ op: "replace", path: "/spec/containers/0/image", value: "registry.lab/BROKEN:1" }]);
  for (const pod of pods.trim().split("\n"))
    await kubectl("patch", pod, "-n", namespace, "--type", "json", "--patch", patch);
}

/** The first patch of a canary's route since a moment. */
function patchSince(proxy: ApiProxy, since: number): SentPatch {
  const isPatch = ({ method, path, at, client, answeredAt }: SeenRequest) =>
    method === "PATCH" &&
    /\/ingresses\//.test(path) &&
    at >= since &&
    answeredAt !== undefined &&
    !/pulumi/i.test(client);
  const found = proxy.requests.find(isPatch);
  if (found?.answeredAt === undefined) throw new Error("no route was patched");
  return { at: found.at, answeredAt: found.answeredAt };
}

async function lookAtIdle(running: RunningRollout, proxy: ApiProxy, signal: AbortSignal): Promise<IdleDriver> {
  const before = proxy.requests.length;
  await sleep(idleSeconds * 1000, undefined, { signal });
  const requestsPerSecond = (proxy.requests.length - before) / idleSeconds;
  return { requestsPerSecond, megabytes: memoryOf(running.pid) };
}

function figuresOf(name: string, outages: readonly Outage[]): Figure[] {
  const part = (title: string, of: keyof Outage): Figure => ({
    name: `${name}: ${title}`,
    unit: "s",
    values: outages.map((outage) => outage[of]),
  });
  return [
    part("first failing to the canary's last answer", "total"),
    part("of which until the patch is sent", "decision"),
    part("of which the patch", "patch"),
    part("of which the controller", "controller"),
  ];
}
