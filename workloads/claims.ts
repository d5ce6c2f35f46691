import type { ClusterObject } from "../kubernetes/cluster-object";

/** A pod spec, as far as it mounts claims. */
export interface PodSpec {
  readonly volumes?: readonly { readonly persistentVolumeClaim?: { readonly claimName: string } }[];
}

/** The names of the PersistentVolumeClaims that pods mount. */
export function claimsOf({ volumes = [] }: PodSpec): string[] {
  return volumes.flatMap(({ persistentVolumeClaim }) => persistentVolumeClaim?.claimName ?? []);
}

/**
 * Why the pods of two versions can't share a claim, as the end of a sentence: one node alone, or one pod alone, can mount it, and
 * the pods of the second version would wait forever elsewhere.
 *
 * @param claim the object; nothing is said of one that isn't known, which may be of any mode.
 */
export function claimFault(
  name: string,
  claim: ClusterObject | undefined,
  first: string,
  second: string,
): string | undefined {
  const modes = ((claim?.["spec"] ?? {}) as { readonly accessModes?: readonly string[] }).accessModes ?? [];
  const [mode] = modes;
  if (mode === undefined || modes.some((one) => one.endsWith("Many"))) return undefined;
  const holder = mode === "ReadWriteOncePod" ? "one pod" : "the pods of one node";
  return `must not share PersistentVolumeClaim/${name} between ${first} and ${second}: as ${mode} only ${holder} can mount it, and the other version's pods would wait forever: make it ReadWriteMany, or give ${second} a claim of its own by sluice:versions.${second}.patch`;
}
