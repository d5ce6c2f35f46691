import type { Manifest } from "../render/manifest";

/** Fields of objects, and the keys of a version that they come from. */
const versionFields: readonly (readonly [field: RegExp, keys: readonly string[]])[] = [
  [/volumeMounts|volumes/, ["files", "writableFolders"]],
  [/\benv\b/, ["env"]],
  [/Probe/, ["probes"]],
  [/resources/, ["resources"]],
  [/\bports\b|containerPort/, ["port"]],
  [/\bimage\b/, ["image"]],
  [/replicas/, ["replicas"]],
  [/^data\b/, ["files"]],
];

/** Fields of objects, and the stack's keys that they come from. */
const stackFields: readonly (readonly [kind: RegExp, field: RegExp, keys: readonly string[]])[] = [
  [/HTTPRoute|Ingress|VirtualService/, /hostnames|hosts?\b|matches|rules|paths?\b/, ["host", "route.more"]],
  [/Ingress/, /annotations/, ["route.annotations"]],
  [/Ingress|Gateway/, /\btls\b/, ["route.tls"]],
  [/Service/, /nodePort/, ["service.nodePort"]],
  [/IPAddressPool/, /addresses/, ["metallb.addresses"]],
];

/**
 * The keys of a stack's config that a field of an object comes from, as far as the field tells.
 *
 * @param field the field's path, or a text that names it.
 */
export function configKeysOf({ kind, metadata }: Manifest, field: string): string[] {
  const ofStack = stackFields.filter(([kinds, fields]) => kinds.test(kind) && fields.test(field));
  if (ofStack.length > 0) return [...new Set(ofStack.flatMap(([, , keys]) => keys))];
  const version = (metadata["labels"] as { readonly version?: string } | undefined)?.version;
  const keys = versionFields.flatMap(([fields, found]) => (fields.test(field) ? found : []));
  return version === undefined ? [] : keys.map((key) => `versions.${version}.${key}`);
}
