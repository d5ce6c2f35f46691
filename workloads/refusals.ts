import { isDeepStrictEqual } from "node:util";
import type { Deployment, Labels } from "../kubernetes/application";
import type { Problem } from "../config/problems";
import type { ClusterObject } from "../kubernetes/cluster-object";
import { selects } from "./find";
import { nameOf, namesOf } from "./names";
import { recreated, sharedClaims, sharedNodePorts } from "./refusals-of-pods";
import type { Versioned } from "./versioned";
import { podsOfVersion } from "./versions";

/** A reason for which an application can't have the versions that a stack wants; none is told as an empty list. */
export type Refusal = (stack: Versioned) => readonly Problem[];

/** Every refusal; a new one is a function and one line here. */
const refusals: readonly Refusal[] = [crowdedServices, sameVersions, sharedClaims, recreated, sharedNodePorts];

/** Why an application can't have the versions that a stack wants. */
export function versionRefusals(stack: Versioned): Problem[] {
  return refusals.flatMap((refusal) => refusal(stack));
}

/** A Service that selects other pods, too, would lose them when it is narrowed to stable. */
function crowdedServices({ application: { services, workload, others } }: Versioned): Problem[] {
  return services.flatMap((service) => {
    const more = others.filter(
      (other) =>
        other.metadata.namespace === workload.metadata.namespace && selects(service.spec.selector, podLabels(other)),
    );
    if (more.length === 0) return [];
    const allowed = `must be a workload whose Services select nothing else: ${nameOf(service)} selects the pods of ${namesOf(more)} too, which would lose its requests: give its selector one more label`;
    return [{ key: "from.workload", value: nameOf(workload), allowed }];
  });
}

/** The labels of the pods that an object makes; none for one that makes no pods that stay. */
function podLabels({ kind, spec }: ClusterObject): Labels {
  if (!["Deployment", "StatefulSet", "DaemonSet", "ReplicaSet"].includes(kind)) return {};
  return (spec as Partial<Deployment["spec"]> | undefined)?.template?.metadata?.labels ?? {};
}

/** Versions with the same pods are the same version, so a canary would prove nothing. */
function sameVersions({ application, versions }: Versioned): Problem[] {
  const pods = Object.entries(versions)
    // The live workload may get any image at any time, and that must not block a command.
    .filter(([name]) => name !== application.live?.version)
    .map(([name, config]) => [name, podsOfVersion(application, config)] as const);
  return pods.flatMap(([name, own], index) => {
    const twin = pods.slice(0, index).find(([, other]) => isDeepStrictEqual(other, own));
    if (!twin) return [];
    const allowed = `must differ from versions.${twin[0]}, whose pods are the same: give it another image or a patch`;
    return [{ key: `versions.${name}`, value: versions[name]?.image, allowed }];
  });
}
