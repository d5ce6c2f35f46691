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
import type { Application } from "../kubernetes/application";
import { present } from "../values/present";
import { backendOf } from "./backend";
import { routerOf } from "./meaning";
import type { RolloutConfig } from "./rollout";
import type { Values } from "./schema";

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
  const { stable = "", canary, rollout, application } = values;
  return present({
    strategy: "canary",
    router: ruleRouterOf(values),
    routes: routesOf(values),
    stable,
    canary:
      canary === undefined
        ? undefined
        : present({
            version: canary,
            weight: values.canaryWeight ?? 0,
            weightTotal: values.weightTotal ?? 100,
            header: values.headerMatch,
            cookie: values.cookieMatch,
            clients: values.clientMatch,
            mirrorPercent: values.mirrorPercent,
          }),
    affinity: values.affinity && affinityOf(values),
    mover: rollout?.driver === "flagger" ? flaggerMove(rollout) : undefined,
    companions: companionsOf(values),
    inside:
      application &&
      present({
        service: backendOf(values).service,
        isMesh: routerOf(values) === "istio",
        unmoved: application.unmoved.length > 0 ? application.unmoved : undefined,
      }),
  });
}

/** The router of a strategy that looks into requests. */
function ruleRouterOf(values: Values): RuleRouter {
  const router = routerOf(values);
  if (router === "service") throw new Error("a Service can't look into requests");
  return router;
}

function companionsOf({ workloads, workload }: Values): CanaryPlan["companions"] {
  return workloads && Object.keys(workloads).filter((name) => name !== workload);
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
  const isIngress = routerOf(values) === "ingress";
  const keyOf = (version: string, service: string) => {
    const backend = `${namespace}-${service}-${names.port}`;
    return isIngress ? md5(md5(backend) + backend) : version;
  };
  return {
    cookie: affinity?.cookie ?? defaultAffinityCookie,
    behavior: (isIngress && affinity?.behavior) || "sticky",
    // Stable and canary have a Service each, whatever version it leads to.
    keys: {
      [stable]: keyOf(stable, names.service),
      ...(canary !== undefined && { [canary]: keyOf(canary, names.canary) }),
    },
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
    match: present({ iterations, header, cookie }),
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
  return present({
    strategy: "blueGreen",
    router: routerOf(values),
    routes: routerOf(values) === "service" ? [] : routesOf(values),
    colors,
    activeColor,
    // An idle color without pods is retired, whichever key says so.
    retireIdle: isEmpty && retireIdle === "keep" ? "scaleDown" : retireIdle,
    preview:
      previewHost === undefined
        ? undefined
        : present({ host: previewHost, path: "/", pathType: "Prefix" as const, tls: isSecured || undefined }),
    nodePort,
    previewNodePort,
    companions: companionsOf(values),
  });
}

function replicaRatioPlan({ stable = "", canary, versions, service, application }: Values): ReplicaRatioPlan {
  const track = (version: string) => ({ version, replicas: versions[version]?.replicas ?? defaultReplicas });
  return present({
    strategy: "replicaRatio",
    router: "service",
    stable: track(stable),
    canary: canary === undefined ? undefined : track(canary),
    nodePort: service.nodePort,
    ordinals: application && ordinalsOf(application),
    isUncalled: application?.services.length === 0 || undefined,
  });
}

function ordinalsOf({ workload: { kind, metadata, spec } }: Application): ReplicaRatioPlan["ordinals"] {
  if (kind !== "StatefulSet") return undefined;
  return { name: metadata.name, isOrdered: spec["podManagementPolicy"] !== "Parallel" };
}
