import * as pulumi from "@pulumi/pulumi";
import type { Application as ApplicationObjects } from "../kubernetes/application";
import type { ClusterObject } from "../kubernetes/cluster-object";
import type { VersionConfig } from "../config/versions";
import type { TrafficPlan } from "../traffic/plan";
import { adoptionOf } from "../workloads/live";
import { isPartitioned, partitioned } from "../workloads/partition";
import { versionObjects } from "../workloads/versions";
import { comingBack, startingNumber, type LastScales } from "./coming-back";
import { kubernetesObject } from "./kubernetes-object";
import type { Backends } from "./routes";

/** Arguments of {@link Application}. */
export interface ApplicationArgs extends LastScales {
  readonly application: ApplicationObjects;
  /** Every version that the stack has, those without objects among them. */
  readonly known: readonly string[];
  /** The differences of each version's pods, by the version's name. */
  readonly versions: Readonly<Record<string, VersionConfig>>;
  /** Who gets which version. */
  readonly plan: TrafficPlan;
  /** The namespace of the stack. */
  readonly namespace: { readonly name: string; readonly made: pulumi.Input<string> };
  /** A version whose pods are removed once the routes send its users elsewhere. */
  readonly retired?: { readonly version: string; readonly after: pulumi.Input<pulumi.Resource> };
  /** The version that serves all users, except those that a rule or a weight sends elsewhere, under strategy canary. */
  readonly stable?: string;
  /** Seconds that pods have to become ready. */
  readonly secondsToReady: number;
}

/** A team's application: one Deployment for each version, and everything else once, as it is. */
export class Application extends pulumi.ComponentResource implements Backends {
  readonly services = {};
  readonly subsets = {};
  readonly deployments: Readonly<Record<string, pulumi.CustomResource>>;
  readonly empty: ReadonlySet<string>;

  constructor(name: string, args: ApplicationArgs, opts?: pulumi.ComponentResourceOptions) {
    super("sluice:workload:Application", name, {}, opts);
    const { application, versions, retired, namespace } = args;
    const { live } = application;
    const names = Object.keys(versions).filter((one) => one !== live?.version);
    this.empty = new Set(names.filter((one) => one === retired?.version || versions[one]?.replicas === 0));
    const others = live
      ? [adoption(application, namespace.name)]
      : application.others.filter(({ kind, metadata }) => kind !== "Namespace" || metadata.name !== namespace.name);
    const groups = [isFirst, isBefore, isLast].map((belongs) => others.filter(belongs));
    const before: pulumi.Resource[] = [];
    for (const group of groups) {
      const made = group.map((object) => this.object(args, object, { dependsOn: [...before] }));
      if (group !== groups.at(-1)) before.push(...made);
    }
    this.deployments = isPartitioned(application)
      ? this.partitions(args, before)
      : Object.fromEntries(names.map((version) => [version, this.version(args, version, before)]));
    this.registerOutputs({ versions: names });
  }

  /** One StatefulSet for both versions, whose budgets and autoscalers are as they are. */
  private partitions(args: ApplicationArgs, before: readonly pulumi.Resource[]): Application["deployments"] {
    const { application, versions, plan, secondsToReady } = args;
    if (plan.strategy !== "replicaRatio") throw new Error("a StatefulSet is split by its pods alone");
    const patience = patienceOf(secondsToReady);
    const made = this.object(args, partitioned(application, plan, versions), {
      dependsOn: [...before],
      customTimeouts: { create: patience, update: patience },
    });
    const copies = Object.values(versions).flatMap(({ variant }) => variant?.copies ?? []);
    for (const object of [...copies, ...application.budgets]) this.object(args, object, {});
    return Object.fromEntries(Object.keys(versions).map((version) => [version, made]));
  }

  private version(args: ApplicationArgs, version: string, before: readonly pulumi.Resource[]): pulumi.CustomResource {
    const { application, namespace, versions, known, retired, secondsToReady } = args;
    const config = versions[version];
    const isRetired = retired?.version === version;
    const { deployment, autoscalers, budgets } = versionObjects(application, version, {
      ...config,
      ...(isRetired && { replicas: 0 }),
    });
    const patience = patienceOf(secondsToReady);
    const { name } = deployment.metadata;
    // A Deployment's name has the application and the version.
    const nameOf = (one: string) => `${name.slice(0, -version.length)}${one}`;
    const last = comingBack(version, known, nameOf, args);
    const isAutoscaled = autoscalers.length > 0;
    const bounds = isAutoscaled && last.isEmptied ? config?.autoscaling : undefined;
    const replicas = bounds && startingNumber(name, namespace.made, bounds, last, this);
    const { spec } = deployment;
    // The autoscaler has set the number last, so the API server refuses other field managers without force.
    const isTaken = application.autoscalers.length > autoscalers.length;
    const force = isTaken && { "pulumi.com/patchForce": "true" };
    const annotations = { ...(deployment.metadata["annotations"] as object | undefined), ...force };
    // After a destroy, the live workload would not serve: the selectors of its Services point here.
    const retainOnDelete = application.live !== undefined && version === args.stable;
    const copies = (config?.variant?.copies ?? []).map((object) => this.object(args, object, {}));
    const made = this.object(
      args,
      {
        ...deployment,
        ...(isTaken && { metadata: { ...deployment.metadata, annotations } }),
        spec: replicas === undefined ? spec : { ...spec, replicas },
      },
      {
        dependsOn: [...before, ...copies, ...(isRetired ? [retired.after] : [])],
        // The scaler owns the number; an autoscaler ignores a Deployment without pods.
        ignoreChanges: isAutoscaled && !last.isEmptied ? ["spec.replicas"] : [],
        customTimeouts: { create: patience, update: patience },
        retainOnDelete,
      },
    );
    for (const object of [...autoscalers, ...budgets]) this.object(args, object, { dependsOn: made, retainOnDelete });
    return made;
  }

  private object(
    { namespace }: ApplicationArgs,
    object: ClusterObject,
    opts: pulumi.CustomResourceOptions,
  ): pulumi.CustomResource {
    const { kind, metadata } = object;
    const isOwn = metadata.namespace === namespace.name;
    const place = isOwn || metadata.namespace === undefined ? [] : [metadata.namespace];
    const name = [kind.toLowerCase(), ...place, metadata.name].join("-");
    const placed = isOwn ? { ...object, metadata: { ...metadata, namespace: namespace.made } } : object;
    return kubernetesObject(name, placed, { ...opts, parent: this });
  }
}

/** Marks a live workload with the stack that adopts it, because two stacks would move the same Services. */
function adoption({ workload }: ApplicationObjects, namespace: string): ClusterObject {
  const { name, data } = adoptionOf(workload, pulumi.getStack());
  return { apiVersion: "v1", kind: "ConfigMap", metadata: { name, namespace }, data };
}

/** Pulumi would give up after ten minutes, whatever the object says. */
function patienceOf(secondsToReady: number): string {
  return `${Math.max(600, secondsToReady + 60)}s`;
}

const firstKinds = ["Namespace", "CustomResourceDefinition"];

/** What pods and others refer to, and what is there as soon as it is made: neither pods nor claims. */
const before =
  /^(ConfigMap|Secret|ServiceAccount|(Cluster)?Role(Binding)?|PriorityClass|StorageClass|RuntimeClass|LimitRange|ResourceQuota|NetworkPolicy)$/;

function isFirst({ kind }: ClusterObject): boolean {
  return firstKinds.includes(kind);
}

function isBefore({ kind }: ClusterObject): boolean {
  return before.test(kind);
}

function isLast(object: ClusterObject): boolean {
  return !isFirst(object) && !isBefore(object);
}
