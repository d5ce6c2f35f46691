import * as pulumi from "@pulumi/pulumi";
import type { Need, RouteObject } from "../routers/router";
import { after } from "./after";
import { kubernetesObject, kubernetesPatch } from "./kubernetes-object";

/** What of a workload its routes wait for, by version. */
export interface Backends {
  readonly services: Readonly<Record<string, pulumi.Resource>>;
  readonly subsets: Readonly<Record<string, pulumi.Resource>>;
  /** What keeps the pods. */
  readonly deployments: Readonly<Record<string, pulumi.Resource>>;
  /** The versions that have no pods. */
  readonly empty: ReadonlySet<string>;
}

/** Arguments of {@link Routes}. */
export interface RoutesArgs {
  /** The router's type, behind `sluice:router:`. */
  readonly component: string;
  /** In the order in which they are made. */
  readonly objects: readonly RouteObject[];
  /** The namespace of all objects, which is theirs by name as well. */
  readonly namespace: pulumi.Input<string>;
  /** True if the stack has no objects yet. */
  readonly isFirst?: boolean;
  /** What the objects lead to, by the workload's name. */
  readonly backends: Readonly<Record<string, Backends>>;
}

/** The objects of a router, each once there is what it leads to. */
export class Routes extends pulumi.ComponentResource {
  /** In the order of the objects. */
  readonly resources: readonly pulumi.CustomResource[];

  constructor(
    name: string,
    { component, objects, namespace, isFirst = false, backends }: RoutesArgs,
    opts?: pulumi.ComponentResourceOptions,
  ) {
    super(`sluice:router:${component}`, name, {}, opts);
    const made = new Map<RouteObject, pulumi.CustomResource>();
    const comesWithPods = (need: Need) => isFirst && need.kind === "pods" && need.mayNeedIt === true;
    const resourcesOf = (need: Need): readonly (pulumi.Input<pulumi.Resource> | undefined)[] => {
      if (need.kind === "entrance") return after(opts);
      if (need.kind === "object") return [made.get(need.object)];
      const { services, subsets, deployments, empty } = backends[need.workload] ?? nothing;
      const { version } = need;
      if (need.kind === "service") return [services[version]];
      if (need.kind === "subset") return [subsets[version]];
      return empty.has(version) || comesWithPods(need) ? [] : [deployments[version]];
    };
    for (const object of objects) {
      const dependsOn = object.needs.flatMap(resourcesOf).filter((resource) => resource !== undefined);
      // Pods take longer than an object of theirs by itself.
      const isSlow = object.needs.some(comesWithPods);
      const customTimeouts = !isSlow && object.timeout && { create: object.timeout, update: object.timeout };
      made.set(
        object,
        create(object, namespace, { parent: this, dependsOn, ...(customTimeouts && { customTimeouts }) }),
      );
    }
    this.resources = [...made.values()];
    this.registerOutputs({ objects: objects.map(({ kind, metadata }) => `${kind} ${metadata.name}`) });
  }
}

const nothing: Backends = { services: {}, subsets: {}, deployments: {}, empty: new Set() };

function create(
  { apiVersion, kind, metadata, spec, isPart = false, resource = metadata.name }: RouteObject,
  namespace: pulumi.Input<string>,
  opts: pulumi.CustomResourceOptions,
): pulumi.CustomResource {
  const object = { apiVersion, kind, metadata: { ...metadata, namespace }, spec };
  return isPart ? kubernetesPatch(resource, object, opts) : kubernetesObject(resource, object, opts);
}
