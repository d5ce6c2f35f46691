import type { StackConfig } from "../../config/stack-config";
import { servingVersion, triedColor, type BlueGreenPlan, type CanaryPlan, type Route } from "../../traffic/plan";
import type { Need, RouteArgs, RouteObject } from "../router";
import { metadataOf, podsOf, selectingService } from "../services";
import { affinityAnnotations, canaryAnnotations, withoutOthers } from "./annotations";
import { ingressSpec } from "./spec";

/** A controller that is healthy publishes its address within seconds; Pulumi would wait ten minutes for one that is not. */
const addressTimeout = "3m";

/**
 * A mainline Ingress, where there is a trial a canary Ingress beside it, and where the idle color is tried on a host of
 * its own an Ingress for that.
 *
 * Each leads to a Service of its own, so that a promotion or a switch leaves the Ingress as it is, and changes endpoints only.
 * ingress-nginx takes these up without a reload, each worker all at once, and pods of the version before serve until then,
 * while they drain. An Ingress that leads to another Service needs a reload: until that is over the workers before it answer
 * 503, because the Service that they know is gone from the configuration.
 *
 * Mainline and canary don't share one because in a promotion both lead to the same version, and a Service that both lead to
 * is the canary's alone for ingress-nginx, so that nobody would be served.
 */
export function ingressObjects({ config, plan, title }: RouteArgs): RouteObject[] {
  switch (plan.strategy) {
    case "canary":
      return canaryObjects(config, plan, title);
    case "blueGreen":
      return colorObjects(config, plan, title);
    case "replicaRatio":
      throw new Error("an Ingress does not split by replicas");
  }
}

function canaryObjects(config: StackConfig, plan: CanaryPlan, title: string): RouteObject[] {
  const { canary, routes, stable, affinity } = plan;
  const annotations = { ...config.ingressAnnotations, ...(affinity && affinityAnnotations(affinity)) };
  const served = selectingService(config, title, stable);
  const mainline = ingress(config, { name: title, service: title, version: stable, routes, annotations }, served);
  if (!canary) return [served, mainline];
  const name = `${title}-canary`;
  const own = selectingService(config, name, canary.version);
  const said = canaryAnnotations(plan, canary);
  // Without the mainline the controller has nothing that the canary could be a canary of.
  const trial = ingress(
    config,
    { name, service: name, version: canary.version, routes, annotations: said },
    mainline,
    own,
  );
  return [served, mainline, own, { ...trial, traffic: { metadata: { annotations: withoutOthers(said) } } }];
}

function colorObjects(config: StackConfig, plan: BlueGreenPlan, title: string): RouteObject[] {
  const toColor = (name: string, version: string, routes: readonly Route[]) => {
    const own = selectingService(config, name, version);
    const annotations = config.ingressAnnotations;
    return [own, ingress(config, { name, service: name, version, routes, annotations }, own)];
  };
  const idle = triedColor(plan);
  return [
    ...toColor(title, servingVersion(plan), plan.routes),
    ...(plan.preview && idle ? toColor(`${title}-preview`, idle.version, [plan.preview]) : []),
  ];
}

interface RouteSet {
  readonly name: string;
  /** The Service that it leads to. */
  readonly service: string;
  /** The version behind that Service. */
  readonly version: string;
  readonly routes: readonly Route[];
  readonly annotations: Readonly<Record<string, string>>;
}

function ingress(
  config: StackConfig,
  { name, service, version, routes, annotations }: RouteSet,
  ...after: RouteObject[]
) {
  const { workload, ingressController, tls } = config;
  if (!ingressController) throw new Error("a plan with Ingresses needs what reads them");
  const { className } = ingressController;
  const needs: Need[] = [
    { kind: "entrance" },
    ...after.map((object) => ({ kind: "object", object }) as const),
    { kind: "service", workload, version },
    podsOf(config, version),
  ];
  return {
    apiVersion: "networking.k8s.io/v1",
    kind: "Ingress",
    metadata: { ...metadataOf(config, name), annotations },
    spec: ingressSpec({ routes, service, className, tls }),
    needs,
    timeout: addressTimeout,
  };
}
