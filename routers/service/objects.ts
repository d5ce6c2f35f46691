import type { Application } from "../../kubernetes/application";
import type { StackConfig } from "../../config/stack-config";
import { servicePort } from "../../config/backend";
import { activeVersion, triedColor, type ReplicaRatioPlan, type TrafficPlan } from "../../traffic/plan";
import { ownServices, ratioServices, trialServices } from "../own-services";
import type { RouteArgs, RouteObject } from "../router";
import { metadataOf, podsOf } from "../services";

/**
 * The Service that users reach, and where the idle color is tried at a port of its own a Service for that. With a node
 * port a Service answers on every node, otherwise it asks for an address of its own.
 */
export function serviceObjects({ config, plan, title }: RouteArgs): RouteObject[] {
  const { workload, application } = config;
  if (application) return ofApplication(config, application, plan);
  switch (plan.strategy) {
    case "canary":
      throw new Error("a Service can't look into requests");
    case "replicaRatio":
      return [service(config, title, plan.stable.version, { app: workload, track: trackOf(plan) }, plan.nodePort)];
    case "blueGreen": {
      const toColor = (name: string, version: string, nodePort?: number) =>
        service(config, name, version, { app: workload, version }, nodePort);
      const idle = triedColor(plan);
      return [
        toColor(title, activeVersion(plan), plan.nodePort),
        ...(idle && plan.previewNodePort !== undefined
          ? [toColor(`${title}-preview`, idle.version, plan.previewNodePort)]
          : []),
      ];
    }
  }
}

/** The same by an application's own Services, which keep their type and ports. */
function ofApplication(config: StackConfig, application: Application, plan: TrafficPlan): RouteObject[] {
  if (plan.strategy === "canary") throw new Error("a Service can't look into requests");
  if (plan.strategy === "replicaRatio") return ratioServices(config, application, plan);
  const served = ownServices(config, application, activeVersion(plan));
  const idle = triedColor(plan);
  const { previewNodePort: nodePort } = plan;
  if (!idle || nodePort === undefined) return served;
  return [
    ...served,
    ...trialServices(config, application, "preview", idle.version).map((one) => onNodes(one, nodePort)),
  ];
}

/** A Service that answers at a port of every node. */
function onNodes(service: RouteObject, nodePort: number): RouteObject {
  const [first] = (service.spec["ports"] ?? []) as readonly object[];
  return { ...service, spec: { ...service.spec, type: "NodePort", ports: [{ ...first, nodePort }] } };
}

/** A canary without pods gets nobody at once: those that it still has need not be waited for. */
function trackOf({ canary }: ReplicaRatioPlan): string | null {
  return canary?.replicas === 0 ? "stable" : null;
}

/** @param labels the pods' labels; `null` where a plan of the same stack may ask for one, and this one does not. */
function service(
  config: StackConfig,
  name: string,
  version: string,
  labels: Readonly<Record<string, string | null>>,
  nodePort: number | undefined,
): RouteObject {
  const selector = Object.fromEntries(Object.entries(labels).filter(([, value]) => value !== null));
  const port = { name: "http", port: servicePort, targetPort: "http" };
  return {
    apiVersion: "v1",
    kind: "Service",
    metadata: metadataOf(config, name),
    spec:
      nodePort === undefined
        ? { type: "LoadBalancer", selector, ports: [port] }
        : { type: "NodePort", selector, ports: [{ ...port, nodePort }] },
    traffic: { spec: { selector: labels } },
    needs: [{ kind: "entrance" }, podsOf(config, version)],
  };
}
