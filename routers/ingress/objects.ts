import type { Application } from "../../kubernetes/application";
import { backendOf } from "../../config/backend";
import type { StackConfig } from "../../config/stack-config";
import { servingVersion, triedColor, type BlueGreenPlan, type CanaryPlan, type Route } from "../../traffic/plan";
import { addressTimeout, ownServices, trialServices } from "../own-services";
import type { Need, RouteArgs, RouteObject } from "../router";
import { asNeed, metadataOf, podsOf, selectingService } from "../services";
import { affinityAnnotations, backendAnnotations, canaryAnnotations, withoutOthers } from "./annotations";
import { canaryIngresses, ownIngresses } from "./own";
import { ingressSpec } from "./spec";

/**
 * A mainline Ingress, if there is a trial a canary Ingress beside it, and where the idle color is tried on a host of
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
  if (config.application) return besideOwn(config, config.application, plan);
  const { canary, routes, stable } = plan;
  const annotations = { ...affinityAnnotations(plan), ...config.ingressAnnotations };
  const served = selectingService(config, title, stable);
  const mainline = ingress(config, { name: title, service: title, version: stable, routes, annotations }, served);
  if (!canary) return [served, mainline];
  const name = `${title}-canary`;
  const own = selectingService(config, name, canary.version);
  const said = canaryAnnotations(plan, canary);
  // The controller ignores a canary without a mainline.
  const trial = ingress(
    config,
    {
      name,
      service: name,
      version: canary.version,
      routes,
      annotations: { ...backendAnnotations(config.ingressAnnotations), ...said },
    },
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
  if (config.application) return colorsOfOwn(config, config.application, plan, title);
  return [
    ...toColor(title, servingVersion(plan), plan.routes),
    ...(plan.preview && idle ? toColor(`${title}-preview`, idle.version, [plan.preview]) : []),
  ];
}

/** The canary's objects beside an application's own Services and Ingresses, which stay as they are. */
function besideOwn(config: StackConfig, given: Application, plan: CanaryPlan): RouteObject[] {
  const application = withIngress(config, given, plan);
  const served = ownServices(config, application, plan.stable);
  // An Ingress that is live stays out of the stack; one that the stack has to make does not.
  const { live: _, ...made } = application;
  const mainlines = ownIngresses(config, given.routes.length > 0 ? application : made, plan.stable, served);
  if (!plan.canary) return [...served, ...mainlines];
  const own = trialServices(config, application, "canary", plan.canary.version);
  const trials = canaryIngresses(config, application, plan, plan.canary, [...mainlines, ...own]);
  return [...served, ...mainlines, ...own, ...trials];
}

/** The same for colors: the application's own Services lead to the active one. */
function colorsOfOwn(config: StackConfig, given: Application, plan: BlueGreenPlan, title: string): RouteObject[] {
  const application = withIngress(config, given, plan);
  const active = servingVersion(plan);
  const served = ownServices(config, application, active);
  const mainlines = ownIngresses(config, application, active, served);
  const idle = triedColor(plan);
  if (!plan.preview || !idle) return [...served, ...mainlines];
  const own = trialServices(config, application, "preview", idle.version);
  const { service, port } = backendOf(config);
  const set = { name: `${title}-preview`, service: `${service}-preview`, port, version: idle.version };
  const annotations = config.ingressAnnotations;
  return [...served, ...mainlines, ...own, ingress(config, { ...set, routes: [plan.preview], annotations }, ...own)];
}

/** If no Ingress routes to the workload, the stack makes one. */
function withIngress(config: StackConfig, application: Application, plan: CanaryPlan | BlueGreenPlan): Application {
  if (application.routes.length > 0) return application;
  const { service, port } = backendOf(config);
  const { routes } = plan;
  const annotations = { ...(plan.strategy === "canary" && affinityAnnotations(plan)), ...config.ingressAnnotations };
  const set = { name: config.workload, service, port, version: servingVersion(plan), routes, annotations };
  const { apiVersion, kind, metadata, spec } = ingress(config, set);
  return { ...application, routes: [{ apiVersion, kind, metadata, spec }] };
}

interface RouteSet {
  readonly name: string;
  /** The Service that it leads to. */
  readonly service: string;
  /** Its port; 80 by default. */
  readonly port?: number | string;
  /** The version behind that Service. */
  readonly version: string;
  readonly routes: readonly Route[];
  readonly annotations: Readonly<Record<string, string>>;
}

function ingress(
  config: StackConfig,
  { name, service, port, version, routes, annotations }: RouteSet,
  ...after: RouteObject[]
) {
  const { workload, ingressController, tls } = config;
  if (!ingressController) throw new Error("a plan with Ingresses needs what reads them");
  const { className } = ingressController;
  const needs: Need[] = [
    { kind: "entrance" },
    ...after.map(asNeed),
    { kind: "service", workload, version },
    podsOf(config, version),
  ];
  return {
    apiVersion: "networking.k8s.io/v1",
    kind: "Ingress",
    metadata: { ...metadataOf(config, name), annotations },
    spec: ingressSpec({ routes, service, port, className, tls }),
    needs,
    timeout: addressTimeout,
  };
}
