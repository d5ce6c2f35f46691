import type { ClusterObject } from "../kubernetes/cluster-object";

/** `Deployment/shop`: an object as a stack file names it. */
export function nameOf({ kind, metadata }: ClusterObject): string {
  return `${kind}/${metadata.name}`;
}

/** Object names in a sentence. */
export function namesOf(objects: readonly ClusterObject[]): string {
  return objects.map(nameOf).join(", ");
}

/** The label by which the pods of a version are known; a name of Sluice's own, as an application may have `version`. */
export const versionLabel = "sluice.dev/version";
