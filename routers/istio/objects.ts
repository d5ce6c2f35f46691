import type { Application } from "../../kubernetes/application";
import { backendOf, servicePort } from "../../config/backend";
import type { StackConfig } from "../../config/stack-config";
import type { IstioConfig } from "../../config/routers";
import { servingVersion, triedColor, type BlueGreenPlan, type CanaryPlan } from "../../traffic/plan";
import { deployedVersions } from "../deployed";
import { hostGroups } from "../host-groups";
import { ownServices, serviceNames, trialServices } from "../own-services";
import type { Need, RouteArgs, RouteObject } from "../router";
import { asNeed, metadataOf } from "../services";
import { callerRules, edgeRules, gatewayServers, planRulesInside, previewRules, type DestinationOf } from "./rules";

interface Mesh {
  readonly config: StackConfig;
  readonly istio: IstioConfig;
  readonly plan: CanaryPlan | BlueGreenPlan;
  /** The destinations of the versions that users reach, in the mesh. */
  readonly destinationOf: DestinationOf;
}

/**
 * Istio's Gateway and VirtualServices: users reach a version by the plan's rules, and inside the mesh each version of a
 * workload reaches the same version of those that it calls, anybody else the one that serves.
 */
export function istioObjects({ config, plan, title }: RouteArgs): RouteObject[] {
  const { istio, companions, workload } = config;
  if (plan.strategy === "replicaRatio") throw new Error("a VirtualService does not split by replicas");
  if (!istio) throw new Error("router istio comes with its settings");
  if (config.application) return besideOwn(config.application, { config, istio, plan }, title);
  const mesh: Mesh = { config, istio, plan, destinationOf: subsetOf(workload) };
  // The mesh's routes first: a version must call the same version before users reach it.
  const inside = [...Object.keys(companions), workload].flatMap((name) => insideObjects(mesh, name));
  return [...inside, ...edgeObjects(mesh, title, inside)];
}

/** A version as a subset of the Service of all versions. */
function subsetOf(host: string): DestinationOf {
  return (subset) => ({ host, subset });
}

/**
 * The same beside an application's own Services, which are stable's: the canary's is one more, and no DestinationRule is
 * needed. Callers of the Service inside the mesh are led as users are, those without a sidecar get stable.
 */
function besideOwn(
  application: Application,
  { config, istio, plan }: Omit<Mesh, "destinationOf">,
  title: string,
): RouteObject[] {
  const serving = servingVersion(plan);
  const { service, portNumber } = backendOf(config);
  const role = plan.strategy === "canary" ? "canary" : "preview";
  const trial = plan.strategy === "canary" ? plan.canary : plan.preview && triedColor(plan);
  const services = [
    ...ownServices(config, application, serving),
    ...(trial ? trialServices(config, application, role, trial.version) : []),
  ];
  const nameOf = serviceNames(config, serving, role);
  const destinationOf: DestinationOf = (version) => ({ host: nameOf(version), port: { number: portNumber } });
  const mesh = { config, istio, plan, destinationOf };
  // A switch between colors is one of the Service itself, inside the mesh too.
  const inside = plan.strategy === "canary" ? [callersRoute(mesh, plan, `${title}-inside`, service, services)] : [];
  return [...services, ...inside, ...edgeObjects(mesh, title, [...services, ...inside])];
}

/** What callers of a Service inside the mesh get: all that the plan says except for clients' addresses, which callers write themselves. */
function callersRoute(
  mesh: Mesh,
  plan: CanaryPlan,
  name: string,
  service: string,
  after: readonly RouteObject[],
): RouteObject {
  const seen = plan.canary ? { ...plan, canary: { ...plan.canary, clients: [] } } : plan;
  const http = planRulesInside({ ...mesh, plan: seen, requests: mesh.config.requests });
  return {
    ...object(mesh.config, "VirtualService", name, { hosts: [service], http }),
    traffic: { spec: { http } },
    needs: [{ kind: "entrance" }, ...after.map(asNeed)],
  };
}

function edgeObjects(mesh: Mesh, title: string, inside: readonly RouteObject[]): RouteObject[] {
  const { config, istio, plan } = mesh;
  const { requests, tls } = config;
  const args = { ...mesh, requests };
  const idle = plan.strategy === "blueGreen" ? triedColor(plan) : undefined;
  const preview = plan.strategy === "blueGreen" && idle ? plan.preview : undefined;
  const routes = [...plan.routes, ...(preview ? [preview] : [])];
  const needs: Need[] = [
    { kind: "entrance" },
    ...inside.filter(({ kind }) => config.application !== undefined || kind !== "Service").map(asNeed),
  ];
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
    metadata: { name, namespace, labels: { app: name } },
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
    destinationOf: subsetOf(name),
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

function object(config: StackConfig, kind: string, name: string, spec: Readonly<Record<string, unknown>>) {
  const resource = `${kind.toLowerCase()}-${name}`;
  return { apiVersion: "networking.istio.io/v1", kind, metadata: metadataOf(config, name), spec, resource };
}
