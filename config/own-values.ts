/** The namespace of Sluice's keys in a stack file. */
export const configNamespace = "sluice";

const structuredKeys = new Set([
  "headerMatch",
  "routes",
  "tls",
  "ingressAnnotations",
  "colors",
  "versions",
  "clientMatch",
  "timeouts",
  "retries",
  "from",
  "gateway",
  "istio",
  "workloads",
  "migration",
  "rollout",
  "metallb",
  "ingressController",
]);

/** Sluice's keys without their namespace, structured ones read where they come as JSON, as Pulumi passes them. */
export function ownValues(raw: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const prefix = `${configNamespace}:`;
  return Object.fromEntries(
    Object.entries(raw)
      .filter(([key]) => key.startsWith(prefix))
      .map(([key, value]) => [
        key.slice(prefix.length),
        structuredKeys.has(key.slice(prefix.length)) ? readJson(value) : value,
      ]),
  );
}

function readJson(value: unknown): unknown {
  if (typeof value !== "string") return value;
  try {
    return JSON.parse(value) as unknown;
  } catch {
    return value;
  }
}
