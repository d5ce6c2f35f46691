import type { CanaryTrial, TrafficPlan } from "../../../traffic/plan";

/** A plan for www.test.com with v1 stable and v2 on trial. */
export function planWith(trial: Partial<CanaryTrial>, plan: Partial<TrafficPlan> = {}): TrafficPlan {
  return {
    host: "www.test.com",
    path: "/",
    pathType: "Prefix",
    stable: "v1",
    canary: { version: "v2", weight: 0, ...trial },
    ...plan,
  };
}

/** The same plan without anybody on trial. */
export function planWithoutCanary(): TrafficPlan {
  return { ...planWith({}), canary: undefined };
}
