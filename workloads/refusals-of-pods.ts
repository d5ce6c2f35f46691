import type { Container } from "../kubernetes/application";
import type { Problem } from "../config/problems";
import { claimFault, claimsOf, type PodSpec as MountingSpec } from "./claims";
import { nameOf } from "./names";
import { isPartitioned } from "./partition";
import type { Versioned } from "./versioned";
import { podsOfVersion } from "./versions";

/** The parts of a pod spec that can conflict between two versions. */
interface PodSpec extends MountingSpec {
  readonly hostNetwork?: boolean;
  readonly nodeSelector?: Readonly<Record<string, string>>;
  readonly containers: readonly Container[];
  readonly initContainers?: readonly Container[];
}

interface VersionPods {
  readonly name: string;
  readonly spec: PodSpec;
}

/** Claims of the objects that both versions mount, and only one can. */
export function sharedClaims(stack: Versioned): Problem[] {
  const { others } = stack.application;
  return pairsOf(stack).flatMap(([first, second]) => {
    const shared = claimsOf(first.spec).filter((claim) => claimsOf(second.spec).includes(claim));
    return shared.flatMap((name) => {
      const claim = others.find(({ kind, metadata }) => kind === "PersistentVolumeClaim" && metadata.name === name);
      const fault = claimFault(name, claim, first.name, second.name);
      return fault === undefined ? [] : refused(stack, fault);
    });
  });
}

/** A Deployment that says that its old and new pods must not run at the same time, which two versions do. */
export function recreated(stack: Versioned): Problem[] {
  const { type } = (stack.application.workload.spec["strategy"] ?? {}) as { readonly type?: string };
  if (type !== "Recreate" || pairsOf(stack).length === 0) return [];
  return refused(
    stack,
    "must let old and new pods run at the same time, as two versions do: its strategy Recreate says that they can't: make it RollingUpdate if they can",
  );
}

/** Ports of a node, of which each has one owner. */
export function sharedNodePorts(stack: Versioned): Problem[] {
  return pairsOf(stack).flatMap(([first, second]) => {
    if (areApart(first.spec, second.spec)) return [];
    const remedy = `keep ${first.name} and ${second.name} on different nodes by another nodeSelector in sluice:versions.${second.name}.patch`;
    if (first.spec.hostNetwork === true && second.spec.hostNetwork === true)
      return refused(
        stack,
        `must not have hostNetwork in both ${first.name} and ${second.name}: they listen on the same ports of a node, where only one can: remove hostNetwork, or ${remedy}`,
      );
    const [port] = nodePortsOf(first.spec).filter((one) => nodePortsOf(second.spec).includes(one));
    if (port === undefined) return [];
    return refused(
      stack,
      `must not have hostPort ${port} in both ${first.name} and ${second.name}: a node gives it to one pod, and the other version's pods would wait forever: remove hostPort, or ${remedy}`,
    );
  });
}

/** Each two versions that have pods. */
function pairsOf({ application, versions }: Versioned): (readonly [VersionPods, VersionPods])[] {
  // The pods of a StatefulSet share what they share in one version too.
  if (isPartitioned(application)) return [];
  const pods = Object.entries(versions)
    .filter(([, { replicas }]) => replicas !== 0)
    .map(([name, config]) => ({ name, spec: podsOfVersion(application, config).spec }));
  return pods.flatMap((first, index) => pods.slice(index + 1).map((second) => [first, second] as const));
}

/** `80/TCP` for each hostPort; with the address if it is on one alone. */
function nodePortsOf({ containers, initContainers = [] }: PodSpec): string[] {
  return [...initContainers, ...containers].flatMap((container) =>
    ((container["ports"] ?? []) as readonly { hostPort?: number; hostIP?: string; protocol?: string }[]).flatMap(
      ({ hostPort, hostIP, protocol = "TCP" }) =>
        hostPort === undefined ? [] : `${hostIP === undefined ? "" : `${hostIP}:`}${hostPort}/${protocol}`,
    ),
  );
}

/** True if no node can have pods of both: their selectors ask for different values of one label. */
function areApart({ nodeSelector: first = {} }: PodSpec, { nodeSelector: second = {} }: PodSpec): boolean {
  return Object.entries(first).some(([label, value]) => second[label] !== undefined && second[label] !== value);
}

function refused({ application: { workload } }: Versioned, allowed: string): Problem[] {
  return [{ key: "from.workload", value: nameOf(workload), allowed }];
}
