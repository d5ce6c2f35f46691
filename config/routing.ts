import { createHash } from "node:crypto";
import {
  otherColor,
  type Affinity,
  type BlueGreenPlan,
  type CanaryPlan,
  type FlaggerMove,
  type ReplicaRatioPlan,
  type Route,
  type RuleRouter,
  type TrafficPlan,
} from "../traffic/plan";
import type { Application } from "./application";
import { backendOf } from "./backend";
import { routerOf } from "./meaning";
import type { RolloutConfig } from "./rollout";
import type { Values } from "./schema";

export { servicePort } from "./backend";

/** What stands for the number of pods where a version names none. */
export const defaultReplicas = 1;

/** The plan that a stack's values come to; they must have no contradictions. */
export function planOf(values: Values): TrafficPlan {
  switch (values.strategy) {
    case "canary":
      return canaryPlan(values);
    case "blueGreen":
      return blueGreenPlan(values);
    case "replicaRatio":
      return replicaRatioPlan(values);
  }
}

/**
 * Every address of a stack, the one of `host` first.
 *
 * Under ingress, a certificate for one host secures them all: the controllers redirect every host of an Ingress that has
 * a `tls` entry, and serve those without a certificate by their default one (`extractTLSSecretName` in
 * internal/ingress/controller/controller.go of ingress-nginx v1.15.1).
 */
export function routesOf(values: Values): Route[] {
  const { host = "", path, route } = values;
  const { pathType, more, tls } = route;
  const all = [{ host, path, pathType }, ...more.map((one) => ({ ...one, host: one.host ?? host }))];
  const named = new Set(tls.flatMap(({ hosts }) => hosts));
  const isOneIngress = routerOf(values) === "ingress" && all.some((route) => named.has(route.host));
  return all.map((route) => (isOneIngress || named.has(route.host) ? { ...route, tls: true } : route));
}

function canaryPlan(values: Values): CanaryPlan {
  const {
    stable = "",
    canary,
    canaryWeight,
    weightTotal,
    headerMatch,
    cookieMatch,
    clientMatch,
    mirrorPercent,
  } = values;
  return {
    strategy: "canary",
    router: ruleRouterOf(values),
    routes: routesOf(values),
    stable,
    ...(canary !== undefined && {
      canary: {
        version: canary,
        weight: canaryWeight ?? 0,
        weightTotal: weightTotal ?? 100,
        ...(headerMatch && { header: headerMatch }),
        ...(cookieMatch !== undefined && { cookie: cookieMatch }),
        ...(clientMatch && { clients: clientMatch }),
        ...(mirrorPercent !== undefined && { mirrorPercent }),
      },
    }),
    ...(values.affinity && { affinity: affinityOf(values) }),
    ...(values.rollout?.driver === "flagger" && { mover: flaggerMove(values.rollout) }),
    ...companionsOf(values),
    ...(values.application && {
      inside: {
        service: backendOf(values).service,
        isMesh: routerOf(values) === "istio",
        ...(values.application.unmoved.length > 0 && { unmoved: values.application.unmoved }),
      },
    }),
  };
}

/** The router of a strategy that looks into requests. */
function ruleRouterOf(values: Values): RuleRouter {
  const router = routerOf(values);
  if (router === "service") throw new Error("a Service can't look into requests");
  return router;
}

function companionsOf({ workloads = {}, workload }: Values): Pick<CanaryPlan, "companions"> {
  const companions = Object.keys(workloads).filter((name) => name !== workload);
  return companions.length === 0 ? {} : { companions };
}

/** The name that the affinity cookie has where the stack gives it none, which is the controller's own default. */
export const defaultAffinityCookie = "INGRESSCOOKIE";

/**
 * ingress-nginx names a Service in its cookie by a digest of the Service's namespace, name and port.
 *
 * @see rootfs/etc/nginx/lua/balancer/sticky.lua of v1.15.1, `backend_key`, and `upstreamName` in its util.go
 */
function affinityOf(values: Values): Affinity {
  const { affinity, stable = "", canary, namespace } = values;
  const names = backendOf(values);
  const keyOf = (service: string) => {
    const backend = `${namespace}-${service}-${names.port}`;
    return md5(md5(backend) + backend);
  };
  const cookie = affinity?.cookie ?? defaultAffinityCookie;
  if (routerOf(values) !== "ingress")
    return {
      cookie,
      behavior: "sticky",
      keys: { [stable]: stable, ...(canary !== undefined && { [canary]: canary }) },
    };
  return {
    cookie,
    behavior: affinity?.behavior ?? "sticky",
    // Stable and canary have a Service each, whatever version it leads to.
    keys: { [stable]: keyOf(names.service), ...(canary !== undefined && { [canary]: keyOf(names.canary) }) },
  };
}

function flaggerMove(rollout: RolloutConfig): FlaggerMove {
  const { interval, threshold, stepWeight = 100, stepWeights, maxWeight, match, iterations } = rollout;
  const steps = Array.from({ length: Math.ceil(maxWeight / stepWeight) }, (_, index) => (index + 1) * stepWeight);
  const move = { driver: "flagger", interval: interval / 1000, threshold } as const;
  if (!match || iterations === undefined)
    return { ...move, weights: stepWeights ?? steps.map((weight) => Math.min(weight, 100)) };
  const { headerMatch: header, cookieMatch: cookie } = match;
  return {
    ...move,
    weights: [],
    match: { iterations, ...(header && { header }), ...(cookie !== undefined && { cookie }) },
  };
}

function md5(text: string): string {
  return createHash("md5").update(text).digest("hex");
}

function blueGreenPlan(values: Values): BlueGreenPlan {
  const { activeColor = "blue", colors = {}, retireIdle, route, service } = values;
  const { previewHost, tls } = route;
  const { nodePort, previewNodePort } = service;
  const idle = colors[otherColor(activeColor)];
  const isEmpty = idle !== undefined && values.versions[idle]?.replicas === 0;
  const isSecured = tls.some(({ hosts }) => previewHost !== undefined && hosts.includes(previewHost));
  return {
    strategy: "blueGreen",
    router: routerOf(values),
    routes: routerOf(values) === "service" ? [] : routesOf(values),
    colors,
    activeColor,
    // An idle color without pods is retired, whichever key says so.
    retireIdle: isEmpty && retireIdle === "keep" ? "scaleDown" : retireIdle,
    ...(previewHost !== undefined && {
      preview: { host: previewHost, path: "/", pathType: "Prefix", ...(isSecured && { tls: true }) },
    }),
    ...(nodePort !== undefined && { nodePort }),
    ...(previewNodePort !== undefined && { previewNodePort }),
    ...companionsOf(values),
  };
}

function replicaRatioPlan({
  stable = "",
  canary,
  versions,
  service: { nodePort },
  application,
}: Values): ReplicaRatioPlan {
  const track = (version: string) => ({ version, replicas: versions[version]?.replicas ?? defaultReplicas });
  return {
    strategy: "replicaRatio",
    router: "service",
    stable: track(stable),
    ...(canary !== undefined && { canary: track(canary) }),
    ...(nodePort !== undefined && { nodePort }),
    ...(application && ordinalsOf(application)),
    ...(application?.services.length === 0 && { isUncalled: true as const }),
  };
}

function ordinalsOf({ workload: { kind, metadata, spec } }: Application): Pick<ReplicaRatioPlan, "ordinals"> {
  if (kind !== "StatefulSet") return {};
  return { ordinals: { name: metadata.name, isOrdered: spec["podManagementPolicy"] !== "Parallel" } };
}
