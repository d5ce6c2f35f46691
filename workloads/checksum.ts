import { createHash } from "node:crypto";
import { asEncrypted } from "../values/encrypted";
import type { VersionConfig } from "../config/versions";

/**
 * A digest of what a version's pods are made of; under `from` that is the objects' pod template with the version's changes.
 * How many pods there are and how they roll doesn't count, nor do the order of keys and the quotes of numbers: Pulumi
 * rewrites the stack file for as long as it runs, and changes both.
 *
 * @param hidden the paths of values that read as encrypted ones, which look otherwise each time that they are encrypted.
 */
export function checksumOf(version: VersionConfig, hidden: readonly (readonly string[])[] = []): string {
  if (version.template !== undefined) return digestOf(version.template);
  const pods = Object.fromEntries(Object.entries(version).filter(([key]) => !besidePods.includes(key)));
  return digestOf(asEncrypted(pods, hidden));
}

/** Settings of a version that don't change its pods. */
const besidePods: readonly string[] = [
  "replicas",
  "autoscaling",
  "minAvailable",
  "maxSurge",
  "maxUnavailable",
  "minReadySeconds",
  "answer",
] satisfies (keyof VersionConfig)[];

/** A digest of any value that YAML can say. */
export function digestOf(value: unknown): string {
  return createHash("sha256")
    .update(JSON.stringify(canonical(value)))
    .digest("hex")
    .slice(0, 10);
}

function canonical(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(canonical);
  if (typeof value !== "object" || value === null) return String(value);
  const sorted = Object.entries(value).sort(([left], [right]) => (left < right ? -1 : 1));
  return sorted.map(([key, inner]) => [key, canonical(inner)]);
}
