import { createHash } from "node:crypto";
import type { VersionConfig } from "./versions";

/**
 * A digest of what a version runs. The number of pods doesn't count, because a rollout changes that itself, nor do the order
 * of keys and the quotes of numbers: Pulumi rewrites the stack file for as long as it runs, and changes both.
 */
export function checksumOf({ replicas: _, ...version }: VersionConfig): string {
  return createHash("sha256")
    .update(JSON.stringify(canonical(version)))
    .digest("hex")
    .slice(0, 10);
}

function canonical(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(canonical);
  if (typeof value !== "object" || value === null) return String(value);
  const sorted = Object.entries(value).sort(([left], [right]) => (left < right ? -1 : 1));
  return sorted.map(([key, inner]) => [key, canonical(inner)]);
}
