import type { StackConfig } from "../../config/stack-config";
import type { IstioConfig } from "../../config/routers";
import { servicePort } from "../../config/routing";
import { servingVersion, triedColor, type BlueGreenPlan, type CanaryPlan } from "../../traffic/plan";
import { deployedVersions } from "../deployed";
import { hostGroups } from "../host-groups";
import type { Need, RouteArgs, RouteObject } from "../router";
import { metadataOf, notAwaited } from "../services";
import { callerRules, edgeRules, gatewayServers, previewRules } from "./rules";

interface Mesh {
  readonly config: StackConfig;
  readonly istio: IstioConfig;
  readonly plan: CanaryPlan | BlueGreenPlan;
}

/**
 * Istio's Gateway and VirtualServices: users reach a version by the plan's rules, and inside the mesh each version of a
 * workload reaches the same version of those that it calls, anybody else the one that serves.
 */
export function istioObjects({ config, plan, title }: RouteArgs): RouteObject[] {
  const { istio, companions, workload } = config;
  if (plan.strategy === "replicaRatio") throw new Error("a VirtualService does not split by replicas");
  if (!istio) throw new Error("router istio comes with its settings");
  const mesh: Mesh = { config, istio, plan };
  // Inside first: users must not come to a version before what it calls is led to the same one.
  const inside = [...Object.keys(companions), workload].flatMap((name) => insideObjects(mesh, name));
  return [...inside, ...edgeObjects(mesh, title, inside)];
}

function edgeObjects({ config, istio, plan }: Mesh, title: string, inside: readonly RouteObject[]): RouteObject[] {
  const { requests, tls, workload } = config;
  const args = { plan, istio, requests, destination: workload };
  const idle = plan.strategy === "blueGreen" ? triedColor(plan) : undefined;
  const preview = plan.strategy === "blueGreen" && idle ? plan.preview : undefined;
  const routes = [...plan.routes, ...(preview ? [preview] : [])];
  const needs: Need[] = [{ kind: "entrance" }, ...inside.filter(({ kind }) => kind !== "Service").map(asNeed)];
  const spec = { selector: istio.selector, servers: gatewayServers(routes, tls) };
  const gateway: RouteObject = { ...object(config, "Gateway", title, spec), needs };
  const route = (name: string, hosts: readonly string[], http: object[]): RouteObject => ({
    ...object(config, "VirtualService", name, { hosts, gateways: [title], http }),
    traffic: { spec: { http } },
    needs: [...needs, asNeed(gateway)],
  });
  return [
    gateway,
    ...hostGroups(plan.routes).map(({ hosts, routes: paths }, index) =>
      route(index === 0 ? title : `${title}-${index + 1}`, hosts, edgeRules(args, paths)),
    ),
    ...(preview && idle
      ? [route(`${title}-preview`, [preview.host], previewRules(args, idle.version, [preview]))]
      : []),
  ];
}

/** What calls a workload gets inside the mesh, where a Service of all versions has its name. */
function insideObjects({ config, istio, plan }: Mesh, name: string): RouteObject[] {
  const { workload, companions, namespace, requests } = config;
  const { versions } = companions[name] ?? config;
  const callers =
    name === workload
      ? []
      : Object.entries({ ...companions, [workload]: config })
          .filter(([, { calls }]) => calls.includes(name))
          .map(([caller]) => caller);
  const service: RouteObject = {
    apiVersion: "v1",
    kind: "Service",
    metadata: { name, namespace, labels: { app: name }, annotations: notAwaited },
    spec: {
      type: "ClusterIP",
      selector: { app: name },
      ports: [{ name: istio.portName, port: servicePort, targetPort: "http" }],
    },
    needs: [],
  };
  const http = callerRules({
    istio,
    requests,
    destination: name,
    callers,
    versions: callers.length > 0 ? Object.keys(versions) : [],
    fallback: servingVersion(plan),
  });
  // By a short name callers may ask, too: Istio completes it by the namespace that the rule stands in.
  const route: RouteObject = {
    ...object(config, "VirtualService", `${name}-inside`, { hosts: [name], http }),
    traffic: { spec: { http } },
    needs: [
      { kind: "entrance" },
      asNeed(service),
      ...Object.keys(versions).map((version) => ({ kind: "subset", workload: name, version }) as const),
      ...deployedVersions(config, plan).map((version) => ({ kind: "pods", workload: name, version }) as const),
    ],
  };
  return [service, route];
}

function asNeed(one: RouteObject): Need {
  return { kind: "object", object: one };
}

function object(config: StackConfig, kind: string, name: string, spec: Readonly<Record<string, unknown>>) {
  const resource = `${kind.toLowerCase()}-${name}`;
  return { apiVersion: "networking.istio.io/v1", kind, metadata: metadataOf(config, name), spec, resource };
}
