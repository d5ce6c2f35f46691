import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";
import { readClusterProfile } from "../../../cluster/profile";
import type { UpdateResult } from "../../../engine/engine";
import { samplesOf } from "../../../traffic/samples";
import type { NamedConfig } from "./arbitraries";
import { base, placePlan, removePlans, type PlacedPlan } from "./data-plane";
import type { Difference, Shown } from "./data-plane-differences";
import { serve, type Asked, type SentRequest, type Target } from "./data-plane-requests";
import { disagreement } from "./data-plane-verdict";
import { sluice, sluiceJson, testLab } from "./lab";
import { onPlatform, platformAddress } from "./platform";
import { removeStack, sessionOptions, set, writeStack } from "./stack";

const session = sessionOptions();

/** Brings up the suite's stack on the lab's platform: the pods that serve all plans. */
export async function bringUpOnPlatform(): Promise<Target> {
  writeStack(onPlatform);
  await sluiceJson<UpdateResult>("up", "--yes", ...session);
  return { address: await platformAddress(), port: 80 };
}

/** Brings up the suite's stack with a Traefik of its own, which reads the annotations of ingress-nginx, and the pods. */
export async function bringUpTraefik(): Promise<Target> {
  writeStack([set("namespace", base.namespace), set("ingressController", { kind: "traefik" })]);
  const { outputs } = await sluiceJson<UpdateResult>("up", "--yes", ...session);
  return { address: outputs.address ?? assert.fail("the controller has no address"), port: 80 };
}

/** Removes the plans and the stack. */
export async function takeDown(): Promise<void> {
  await removePlans();
  const { exitCode, stdout, stderr } = await sluice("down", "--yes", "--keep-cluster", ...session);
  assert.equal(exitCode, 0, stdout + stderr);
  removeStack();
}

/** Where a node's port is asked. */
export function nodeTarget(port: number | undefined): Target {
  const address = readClusterProfile(`/var/lib/${testLab.name}/profile.yaml`)?.nodeAddress;
  return { address: address ?? assert.fail("the lab has no node address"), port: port ?? assert.fail("no port") };
}

/** Places one plan for each config, under names that differ. */
export async function placeAll(prefix: string, configs: readonly NamedConfig[]): Promise<PlacedPlan[]> {
  const placed: PlacedPlan[] = [];
  // One program is evaluated at a time.
  for (const [index, config] of configs.entries()) {
    const name = `${prefix}-${index}`;
    placed.push(await placePlan(name, config(name)));
  }
  return placed;
}

/** Plans behind Services alone: one color, and both versions by their pods, of which each has two. */
export const serviceConfigs: readonly NamedConfig[] = [
  () => ({
    "sluice:strategy": "blueGreen",
    "sluice:router": "service",
    "sluice:service": { nodePort: 30380, previewNodePort: 30381 },
    "sluice:colors": { blue: "v1", green: "v2" },
    "sluice:activeColor": "green",
  }),
  () => ({
    "sluice:strategy": "replicaRatio",
    "sluice:service": { nodePort: 30382 },
    "sluice:stable": "v1",
    "sluice:canary": "v2",
    "sluice:versions": { v1: { ...base.versions.v1, replicas: 2 }, v2: { ...base.versions.v2, replicas: 2 } },
  }),
];

/** A difference's stack, and the one beside it. */
export async function placeDifference({ name, config, beside, change }: Difference): Promise<PlacedPlan[]> {
  const placed = await placePlan(name, { "sluice:host": `${name}.test`, ...config });
  const changed = { ...placed, objects: change ? placed.objects.map(change) : placed.objects };
  return [changed, ...(beside ? [await placePlan(`${name}-too`, beside)] : [])];
}

/** The request that shows a difference. */
export function requestOf({ name }: Difference, { asked }: Shown): SentRequest {
  return { host: `${name}.test`, path: "/", ...asked };
}

/** Waits until a request for each rule of each plan is served as planned; what never is, the tests tell. */
export async function settle(controller: Target, plans: readonly PlacedPlan[]): Promise<void> {
  let open = plans.flatMap((placed) => samplesOf(placed.plan).map(({ request }) => ({ placed, request })));
  const deadline = Date.now() + 30_000;
  while (open.length > 0 && Date.now() < deadline) {
    const served = await serve(open.map(({ request }) => [controller, request] satisfies Asked));
    open = open.filter(({ placed, request }, index) => disagreement(placed, request, served[index] ?? ""));
    if (open.length > 0) await sleep(500);
  }
}
