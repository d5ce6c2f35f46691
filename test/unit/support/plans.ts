import type {
  BlueGreenPlan,
  CanaryPlan,
  CanaryTrial,
  ReplicaRatioPlan,
  Route,
  TrafficPlan,
} from "../../../traffic/plan";
import { routeRequest, type TrafficRequest } from "../../../traffic/model";

/** The route of all these plans: everything below www.test.com. */
export const wholeHost: Route = { host: "www.test.com", path: "/", pathType: "Prefix" };

/** A plan for www.test.com with v1 stable and v2 on trial. */
export function planWith(trial: Partial<CanaryTrial>, plan: Partial<CanaryPlan> = {}): CanaryPlan {
  return {
    strategy: "canary",
    router: "ingress",
    routes: [wholeHost],
    stable: "v1",
    canary: { version: "v2", weight: 0, weightTotal: 100, ...trial },
    ...plan,
  };
}

/** The same plan without anybody on trial. */
export function planWithoutCanary(plan: Partial<CanaryPlan> = {}): CanaryPlan {
  const { canary: _, ...without } = planWith({}, plan);
  return without;
}

/** A plan for www.test.com with v1 in blue, which is active, and v2 in green. */
export function blueGreenPlan(plan: Partial<BlueGreenPlan> = {}): BlueGreenPlan {
  return {
    strategy: "blueGreen",
    router: "ingress",
    routes: [wholeHost],
    colors: { blue: "v1", green: "v2" },
    activeColor: "blue",
    retireIdle: "keep",
    ...plan,
  };
}

/** A plan with three pods of v1 and one of v2 behind one Service. */
export function replicaRatioPlan(plan: Partial<ReplicaRatioPlan> = {}): ReplicaRatioPlan {
  return {
    strategy: "replicaRatio",
    router: "service",
    stable: { version: "v1", replicas: 3 },
    canary: { version: "v2", replicas: 1 },
    ...plan,
  };
}

/** Who serves a request for www.test.com with these headers, cookies, host or path. */
export function sharesFor(plan: TrafficPlan, request: Partial<TrafficRequest> = {}): Readonly<Record<string, number>> {
  return routeRequest(plan, { host: "www.test.com", path: "/", ...request }).shares;
}
