import type { Labels, ServicePort } from "../kubernetes/application";
import type { ClusterObject } from "../kubernetes/cluster-object";
import { isDeployment, isService, labelsOf } from "./find";
import { originalSelector, workloadLabel } from "./live";
import { nameOf } from "./names";

/** Annotations in which controllers and kubectl store their own data. */
const bookkeeping = [
  "kubectl.kubernetes.io/last-applied-configuration",
  "deployment.kubernetes.io/revision",
  "pulumi.com/patchForce",
  "pulumi.com/skipAwait",
];

/** A restart isn't part of what pods run: with it, a restart of the live ones would restart other versions'. */
const restart = "kubectl.kubernetes.io/restartedAt";

/**
 * The objects of a live application as somebody could apply them: without what the API server and controllers add, with each
 * Service's selector as it is when nothing has been promoted, and without what a stack has made beside them.
 *
 * @param workload its name, as KIND/NAME.
 */
export function asApplied(objects: readonly ClusterObject[], workload: string): ClusterObject[] {
  const live = objects.filter(isDeployment).find((object) => nameOf(object) === workload);
  return objects
    .filter(({ metadata }) => live === undefined || workloadOf(metadata) !== live.metadata.name)
    .map((object) => cleaned(object, live ? labelsOf(live) : {}));
}

function workloadOf({ labels }: ClusterObject["metadata"]): string | undefined {
  return (labels as Labels | undefined)?.[workloadLabel];
}

function cleaned({ status: _, metadata, ...object }: ClusterObject, labels: Labels): ClusterObject {
  const { name, namespace, labels: own } = metadata;
  const annotations = without(metadata["annotations"], bookkeeping);
  const plain: ClusterObject = {
    ...object,
    metadata: {
      name,
      ...(namespace !== undefined && { namespace }),
      ...(own !== undefined && { labels: own }),
      ...(annotations && { annotations }),
    },
  };
  if (isDeployment(plain)) {
    const { template } = plain.spec;
    const { annotations: given, creationTimestamp: __, ...rest } = template.metadata ?? {};
    const kept = without(given, [restart]);
    return {
      ...plain,
      spec: { ...plain.spec, template: { ...template, metadata: { ...rest, ...(kept && { annotations: kept }) } } },
    };
  }
  return isService(plain) ? { ...plain, spec: serviceSpec(plain.spec, labels) } : plain;
}

interface AssignedService {
  readonly type?: string;
  readonly clusterIP?: string;
  readonly selector?: Labels;
  readonly ports?: readonly ServicePort[];
  readonly [field: string]: unknown;
}

/** A Service without the addresses and ports that the cluster has given it. */
function serviceSpec(
  { clusterIPs: _, healthCheckNodePort: __, clusterIP, selector, ports, ...spec }: AssignedService,
  labels: Labels,
): AssignedService {
  const isAssigned = spec.type === "LoadBalancer";
  return {
    ...spec,
    ...(clusterIP === "None" && { clusterIP }),
    ...(selector && { selector: originalSelector(selector, labels) }),
    ...(ports && { ports: isAssigned ? ports.map(({ nodePort: ___, ...port }) => port) : ports }),
  };
}

function without(annotations: unknown, names: readonly string[]): Labels | undefined {
  const kept = Object.entries((annotations ?? {}) as Labels).filter(([name]) => !names.includes(name));
  return kept.length > 0 ? Object.fromEntries(kept) : undefined;
}
