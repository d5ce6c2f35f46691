import assert from "node:assert/strict";
import { parseStackConfig } from "../../../config";
import { ConfigError } from "../../../config/problems";
import type { UpdateResult } from "../../../engine/engine";
import { routeRequest, type TrafficRequest } from "../../../traffic/model";
import type { RawConfig } from "../../unit/support/stacks";
import type { NamedConfig } from "./arbitraries";
import { base, placePlan, type PlacedPlan } from "./data-plane";
import type { Target } from "./data-plane-requests";
import { sluice, sluiceJson, type SluiceResult } from "./lab";
import { removeStackNamed, sessionOptions, set, testStack, without, writeStack, type StackChange } from "./stack";

/** The stack that brings the entrance for Gateway API beside the suite's own for Ingresses. */
const gatewayStack = `${testStack}-gateway`;
const session = sessionOptions(gatewayStack);

/** One plan under both routers: objects of either kind for the same versions. */
export interface PlacedTwice {
  readonly name: string;
  readonly ingress: PlacedPlan;
  readonly gateway: PlacedPlan;
}

/** Brings up a stack under router gateway, for the Traefik that it has; MetalLB is there already. */
export async function bringUpGateway(): Promise<Target> {
  writeGatewayStack();
  const { outputs } = await sluiceJson<UpdateResult>("up", "--yes", ...session);
  return { address: outputs.address ?? assert.fail("the Gateway has no address"), port: 80 };
}

/** What a preview of that stack comes to with a header rule in place of its weight, and one key more. */
export async function previewOnGateway(key: string, value: unknown): Promise<SluiceResult> {
  writeGatewayStack(set("canaryWeight", 0), set("headerMatch", { name: "Region" }), set(key, value));
  const result = await sluice("preview", ...session);
  writeGatewayStack();
  return result;
}

function writeGatewayStack(...changes: readonly StackChange[]): void {
  const own = [
    set("router", "gateway"),
    set("ingressController", { kind: "traefik" }),
    set("host", "gateway.test"),
    set("namespace", "demo-gateway"),
    set("workload", "base"),
  ];
  const few = [set("versions/v1/replicas", 1), set("versions/v2/replicas", 1)];
  writeStack([...without("metallb"), ...own, ...few, ...changes], "Pulumi.dev.yaml", gatewayStack);
}

/** Removes it. */
export async function takeDownGateway(): Promise<void> {
  const { exitCode, stdout, stderr } = await sluice("down", "--yes", "--keep-cluster", ...session);
  assert.equal(exitCode, 0, stdout + stderr);
  removeStackNamed(gatewayStack);
}

/** A stack's config under router gateway. */
export function underGateway(config: RawConfig): RawConfig {
  return { ...config, "sluice:router": "gateway" };
}

/** Which key of a config is refused under router gateway, and why; nothing where all are taken. */
export function refusalUnderGateway(config: RawConfig): { readonly key: string; readonly why: string } | undefined {
  const controller = { "sluice:ingressController": { kind: "existing", className: "traefik" } };
  const canary = config["sluice:strategy"] === undefined ? { "sluice:stable": "v1", "sluice:canary": "v2" } : {};
  const all = { "sluice:versions": base.versions, ...controller, ...canary, ...underGateway(config) };
  try {
    parseStackConfig(Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined)));
    return undefined;
  } catch (error) {
    const [problem] = error instanceof ConfigError ? error.problems : [];
    if (!problem) throw error;
    return { key: problem.key.replace(/^routes\.\d+\./, ""), why: problem.allowed };
  }
}

/** Places a plan under both routers. */
export async function placeTwice(name: string, config: NamedConfig): Promise<PlacedTwice> {
  return {
    name,
    ingress: await placePlan(name, config(name)),
    gateway: await placePlan(name, underGateway(config(name))),
  };
}

/** What both sets of objects are, each once: the versions' Services are the same ones. */
export function objectsOnce(all: readonly PlacedTwice[]): PlacedPlan[] {
  return all.flatMap(({ ingress, gateway }) => {
    const names = new Set(ingress.objects.map(({ kind, metadata }) => `${kind} ${metadata.name}`));
    const more = gateway.objects.filter(({ kind, metadata }) => !names.has(`${kind} ${metadata.name}`));
    return [ingress, { ...gateway, objects: more }];
  });
}

/** True where one version or one status is the answer to every such request. */
export function isDecided({ gateway }: PlacedTwice, request: TrafficRequest): boolean {
  return Object.keys(routeRequest(gateway.plan, request).shares).length < 2;
}
