import type { ClusterApi } from "../../cluster/api";
import type { Application, Ingress } from "../../kubernetes/application";
import type { ClusterObject } from "../../kubernetes/cluster-object";
import { ConfigError, type Problem } from "../../config/problems";
import { readLive } from "../../sources/live";
import { findApplication } from "../../workloads/find";
import { nameOf } from "../../workloads/names";
import { annotationsOf } from "../../workloads/routes";

/** The controller that reads an application's Ingresses. */
export interface FoundController {
  readonly className: string;
  /** The Service that has the Ingresses' address, `namespace/name`; nothing if none that can be read has it. */
  readonly service?: string;
}

/** A live application as it was found. */
export interface FoundApplication {
  readonly objects: readonly ClusterObject[];
  readonly application: Application;
  readonly controller: FoundController;
}

/** The controllers that split requests by the canary annotations of ingress-nginx. */
const splitting = ["k8s.io/ingress-nginx", "traefik.io/ingress-controller"];

/**
 * Reads a live application and what sends users to it; changes nothing.
 *
 * @throws ConfigError if the workload isn't there, or if nothing that could split requests routes to it.
 */
export async function readApplication(
  { objects: api }: Pick<ClusterApi, "objects">,
  live: string,
  namespace: string,
): Promise<FoundApplication> {
  const objects = await readLive(api, { live, namespace });
  const application = findApplication(objects, { live });
  if (!("workload" in application)) throw new ConfigError(application);
  const [ingress] = application.routes;
  if (!ingress) {
    const services = application.services.map(nameOf).join(", ") || "no Service";
    const allowed = `must be reached by an Ingress, whose requests can be split: ${services} selects its pods, but no Ingress in ${namespace} routes to it`;
    return refuse({ key: "from.live", value: live, allowed });
  }
  return { objects, application, controller: await controllerOf(api, ingress, namespace) };
}

async function controllerOf(api: ClusterApi["objects"], ingress: Ingress, namespace: string): Promise<FoundController> {
  const classes = await api.list({ apiVersion: "networking.k8s.io/v1", kind: "IngressClass" });
  const named = ingress.spec.ingressClassName ?? annotationsOf(ingress)["kubernetes.io/ingress.class"];
  const isDefault = ({ metadata }: ClusterObject) =>
    annotationsOf({ metadata } as Ingress)["ingressclass.kubernetes.io/is-default-class"] === "true";
  const found = classes.find((one) => (named === undefined ? isDefault(one) : one.metadata.name === named));
  const { controller } = (found?.["spec"] ?? {}) as { readonly controller?: string };
  const className = named ?? found?.metadata.name;
  if (className === undefined || (controller !== undefined && !splitting.includes(controller)))
    return refuse({
      key: "ingressController",
      value: className,
      allowed: `must be the class of ingress-nginx or Traefik, which split requests by an Ingress's annotations: ${nameOf(ingress)} ${className === undefined ? "names none, and the cluster has no default" : `is read by ${controller}`}`,
    });
  const service = await serviceOf(api, ingress, namespace);
  return { className, ...(service !== undefined && { service }) };
}

interface Balanced {
  readonly loadBalancer?: { readonly ingress?: readonly { readonly ip?: string; readonly hostname?: string }[] };
}

/** The Service of the address that the Ingress has: by it, requests are counted. */
async function serviceOf(api: ClusterApi["objects"], ingress: Ingress, namespace: string): Promise<string | undefined> {
  const { apiVersion, kind, metadata } = ingress;
  const addresses = addressesOf(await api.get({ apiVersion, kind, name: metadata.name, namespace }));
  const services = await api.list({ apiVersion: "v1", kind: "Service" }).catch(() => []);
  const found = services.find((one) => addressesOf(one).some((address) => addresses.includes(address)));
  return found && `${found.metadata.namespace}/${found.metadata.name}`;
}

function addressesOf(object: ClusterObject | undefined): string[] {
  const { loadBalancer } = (object?.["status"] ?? {}) as Balanced;
  return (loadBalancer?.ingress ?? []).flatMap(({ ip, hostname }) => ip ?? hostname ?? []);
}

function refuse(problem: Problem): never {
  throw new ConfigError([problem]);
}
