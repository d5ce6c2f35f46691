import type { ObjectsApi } from "../cluster/objects-api";
import type { Application } from "../kubernetes/application";
import type { ClusterObject } from "../kubernetes/cluster-object";
import type { Problem } from "../config/problems";
import type { StackConfig } from "../config/stack-config";
import { isDeployment, isService } from "../workloads/find";
import { adoptionOf } from "../workloads/live";
import { notAsLive, ownedByOthers, unreachedByPolicies } from "../workloads/live-refusals";
import { nameOf } from "../workloads/names";

/**
 * What prevents the adoption of a live application: it isn't there, another stack or another tool has it, the
 * manifests are not its own, or a NetworkPolicy would keep other versions' pods apart from it.
 */
export async function liveProblems(
  objects: Pick<ObjectsApi, "get" | "listIn">,
  { namespace, versions }: Pick<StackConfig, "namespace" | "versions">,
  application: Application,
  stack: string,
): Promise<readonly Problem[]> {
  const { workload, services, live } = application;
  if (!live) return [];
  const find = ({ apiVersion, kind, metadata: { name } }: ClusterObject) =>
    objects.get({ apiVersion, kind, name, namespace });
  const value = nameOf(workload);
  const found = await find(workload);
  if (!found || !isDeployment(found))
    return [{ key: "from.live", value, allowed: `must run already: the namespace ${namespace} has no ${value}` }];
  const liveServices = await Promise.all(services.map(find));
  const there = liveServices.map((service) => (service && isService(service) ? service : undefined));
  const policies = await objects.listIn(namespace, { apiVersion: "networking.k8s.io/v1", kind: "NetworkPolicy" }, {});
  return [
    ...adoptedElsewhere(await find(recordOf(application, stack)), value, stack),
    ...ownedByOthers([found, ...there.filter((service) => service !== undefined)]),
    ...notAsLive(application, found, there),
    ...unreachedByPolicies(application, live, Object.keys(versions), policies),
  ];
}

function recordOf({ workload }: Application, stack: string) {
  const { name } = adoptionOf(workload, stack);
  return { apiVersion: "v1", kind: "ConfigMap", metadata: { name } };
}

function adoptedElsewhere(record: ClusterObject | undefined, value: string, stack: string): Problem[] {
  const { stack: other } = (record?.["data"] ?? {}) as { readonly stack?: string };
  if (other === undefined || other === stack) return [];
  const allowed = `must have one stack, and ${other} has adopted it: hand it back with sluice release --stack ${other}`;
  return [{ key: "from.live", value, allowed }];
}
