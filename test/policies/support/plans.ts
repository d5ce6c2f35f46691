import type { Comparison } from "../../../traffic/compare-update";
import type { BlueGreenPlan, CanaryPlan, ReplicaRatioPlan, TrafficPlan } from "../../../traffic/plan";
import type { Resource } from "./check";

const route = { host: "www.test.com", path: "/", pathType: "Prefix" } as const;

/** Stable alone, or with a canary that gets `weight` of 100. */
export function canaryPlan(stable: string, canary?: string, weight = 0, weightTotal = 100): CanaryPlan {
  const trial = canary === undefined ? {} : { canary: { version: canary, weight, weightTotal } };
  return { strategy: "canary", router: "ingress", routes: [route], stable, ...trial };
}

/** v1 in blue and v2 in green, behind an Ingress or a Service. */
export function blueGreenPlan(
  activeColor: "blue" | "green",
  router: BlueGreenPlan["router"] = "service",
): BlueGreenPlan {
  const colors = { blue: "v1", green: "v2" };
  return { strategy: "blueGreen", router, routes: [], colors, activeColor, retireIdle: "keep" };
}

/** Pods of v1 and v2 behind one Service. */
export function replicaRatioPlan(stable: number, canary?: number): ReplicaRatioPlan {
  const track = canary === undefined ? {} : { canary: { version: "v2", replicas: canary } };
  return { strategy: "replicaRatio", router: "service", stable: { version: "v1", replicas: stable }, ...track };
}

/** The component by which the program shows its plan, and what it is compared with, to policies. */
export function release(plan: TrafficPlan, last?: TrafficPlan | Partial<Comparison>): Resource {
  const compared = last && { changed: [], inPlace: [], ...("strategy" in last ? { plan: last } : last) };
  const additionalSecretOutputs = compared && [JSON.stringify(compared)];
  return { type: "sluice:release:Plan", name: "plan", props: { plan }, additionalSecretOutputs };
}
