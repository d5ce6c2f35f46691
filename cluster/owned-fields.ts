import { isDeepStrictEqual } from "node:util";
import type { Manifest } from "../render/manifest";

/** What a manager owns of a value: `f:` a field, `k:` and `v:` an item of a list, `.` the map or list itself. */
interface Fields {
  readonly [path: string]: Fields;
}

interface ManagedFields {
  readonly manager?: string;
  readonly operation?: string;
  readonly subresource?: string;
  readonly fieldsV1?: Fields;
}

/** The field manager by which Pulumi's provider applies an object; nothing if Pulumi did not apply it. */
export function pulumisManager(live: Manifest | undefined): string | undefined {
  return managersOf(live).find(
    ({ manager, operation }) => operation === "Apply" && manager?.startsWith("pulumi-kubernetes"),
  )?.manager;
}

/** True if Pulumi has made an object and nobody else has changed it; controllers may have written its status. */
export function isMadeByPulumiAlone(live: Manifest): boolean {
  const writers = managersOf(live).filter(({ subresource }) => !subresource);
  return writers.length > 0 && writers.every(({ manager }) => manager?.startsWith("pulumi-kubernetes"));
}

/**
 * The part of an object that a manager has applied: applied again by the same manager, it changes nothing.
 *
 * @see https://kubernetes.io/docs/reference/using-api/server-side-apply/#field-management, and FieldsV1 in
 * https://kubernetes.io/docs/reference/generated/kubernetes-api/v1.34/#fieldsv1-v1-meta
 */
export function ownedFields(live: Manifest, manager: string): Manifest {
  const { apiVersion, kind, metadata } = live;
  const { fieldsV1 = {} } =
    managersOf(live).find((one) => one.manager === manager && one.operation === "Apply" && !one.subresource) ?? {};
  // An entry without fields stands for the whole value, and a manager that owns nothing has none.
  const owned = Object.keys(fieldsV1).length === 0 ? {} : (extract(live, fieldsV1) as Partial<Manifest>);
  const { name, namespace } = metadata;
  return {
    ...owned,
    apiVersion,
    kind,
    metadata: { ...owned.metadata, name, ...(namespace !== undefined && { namespace }) },
  };
}

function managersOf(live: Manifest | undefined): readonly ManagedFields[] {
  return (live?.metadata["managedFields"] ?? []) as readonly ManagedFields[];
}

function extract(value: unknown, fields: Fields): unknown {
  if (Object.keys(fields).length === 0) return value;
  if (Array.isArray(value))
    return value.flatMap((item: unknown) => {
      const own = Object.entries(fields).find(([path]) => isItem(path, item));
      return own ? [extract(item, own[1])] : [];
    });
  const owned: Record<string, unknown> = {};
  for (const [path, inner] of Object.entries(fields)) {
    const name = path.slice(2);
    const field = path.startsWith("f:") ? (value as Record<string, unknown>)[name] : undefined;
    if (field !== undefined) owned[name] = extract(field, inner);
  }
  return owned;
}

/** `k:{"port":80,"protocol":"TCP"}` names an item by its keys, `v:"a"` by its value. */
function isItem(path: string, item: unknown): boolean {
  if (path.startsWith("v:")) return isDeepStrictEqual(JSON.parse(path.slice(2)), item);
  if (!path.startsWith("k:")) return false;
  const keys = Object.entries(JSON.parse(path.slice(2)) as Record<string, unknown>);
  return keys.every(([key, value]) => (item as Record<string, unknown>)[key] === value);
}
