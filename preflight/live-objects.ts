import type { DryRun, FieldManager, Kind, ObjectsApi } from "../cluster/objects-api";
import { keyOf, keyOfManifest, type Manifest, type ObjectReference } from "../render/manifest";

/** What is in a cluster, as far as checks ask. */
export type LiveObjects = Pick<ObjectsApi, "has" | "list" | "get" | "dryRun">;

/** A cluster's objects, each kind and each object asked for once, whichever check needs it. */
export function readOnce(api: LiveObjects): LiveObjects {
  const lists = new Map<string, Promise<readonly Manifest[]>>();
  const objects = new Map<string, Promise<Manifest | undefined>>();
  const shown = new Map<string, Promise<DryRun | undefined>>();
  return {
    has: (kind: Kind) => api.has(kind),
    list: (kind: Kind) => once(lists, `${kind.apiVersion} ${kind.kind}`, () => api.list(kind)),
    get: (reference: ObjectReference) => once(objects, keyOf(reference), () => api.get(reference)),
    dryRun: (manifest: Manifest, options: FieldManager) =>
      once(shown, keyOfManifest(manifest), () => api.dryRun(manifest, options)),
  };
}

function once<Value>(known: Map<string, Value>, key: string, ask: () => Value): Value {
  const value = known.get(key) ?? ask();
  known.set(key, value);
  return value;
}
