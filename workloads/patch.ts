import { isMap } from "../values/is-map";

/**
 * The fields of a pod template whose lists are merged by a key; all other lists are replaced.
 *
 * @see `x-kubernetes-patch-merge-key` in api/openapi-spec/v3/api__v1_openapi.json of Kubernetes v1.33
 */
const mergeKeys: Readonly<Record<string, string>> = {
  containers: "name",
  initContainers: "name",
  ephemeralContainers: "name",
  env: "name",
  ports: "containerPort",
  volumeMounts: "mountPath",
  volumeDevices: "devicePath",
  volumes: "name",
  imagePullSecrets: "name",
  hostAliases: "ip",
  topologySpreadConstraints: "topologyKey",
  resourceClaims: "name",
  schedulingGates: "name",
};

type Fields = Readonly<Record<string, unknown>>;

/**
 * A strategic merge patch on a pod template, as `kubectl patch` applies it: `null` removes a field, `$patch: delete` an
 * entry of a list, `$patch: replace` replaces instead of merging.
 *
 * @see https://github.com/kubernetes/community/blob/master/contributors/devel/sig-api-machinery/strategic-merge-patch.md
 */
export function patched<Object extends object>(original: Object, patch: Fields): Object {
  return merge(original as Fields, patch) as Object;
}

function merge(original: Fields, patch: Fields): Fields {
  const { $patch: directive, ...fields } = patch;
  if (directive === "replace") return withoutNulls(fields) as Fields;
  const result: Record<string, unknown> = { ...original };
  for (const [name, value] of Object.entries(fields)) {
    const old = original[name];
    const key = mergeKeys[name];
    if (value === null || (isMap(value) && value["$patch"] === "delete")) delete result[name];
    else if (isMap(value)) result[name] = merge(isMap(old) ? old : {}, value);
    else if (Array.isArray(value) && key !== undefined)
      result[name] = mergeLists(Array.isArray(old) ? old : [], value, key);
    else result[name] = value;
  }
  return result;
}

function mergeLists(original: readonly unknown[], patch: readonly unknown[], key: string): unknown[] {
  const changes = patch.filter(isMap);
  const replaces = changes.some((change) => change["$patch"] === "replace" && change[key] === undefined);
  const result = replaces ? [] : [...original];
  for (const { $patch: directive, ...change } of changes) {
    const index = result.findIndex((entry) => isMap(entry) && entry[key] === change[key]);
    if (change[key] === undefined) continue;
    if (directive === "delete") {
      if (index >= 0) result.splice(index, 1);
      continue;
    }
    const old = index < 0 || directive === "replace" ? {} : (result[index] as Fields);
    result.splice(index < 0 ? result.length : index, 1, merge(old, change));
  }
  return result;
}

function withoutNulls(value: unknown): unknown {
  if (!isMap(value)) return value;
  return Object.fromEntries(
    Object.entries(value).flatMap(([name, inner]) => (inner === null ? [] : [[name, withoutNulls(inner)]])),
  );
}

/** A place in a patch and what is wrong there. */
export interface PatchFault {
  readonly path: string;
  readonly value: unknown;
  readonly allowed: string;
}

/** The problems of a patch: a directive that only the API server's own clients use, or an entry without its key. */
export function patchFaults(patch: unknown, path = "patch", field = ""): PatchFault[] {
  if (Array.isArray(patch)) {
    const key = mergeKeys[field];
    return patch.flatMap((entry: unknown, index) => {
      const place = `${path}.${index}`;
      const isKeyless =
        key !== undefined && !(isMap(entry) && (entry[key] !== undefined || entry["$patch"] === "replace"));
      const allowed = `must be a map with ${key}, which identifies the entries of ${field}`;
      return isKeyless ? [{ path: place, value: entry, allowed }] : patchFaults(entry, place);
    });
  }
  if (!isMap(patch)) return [];
  return Object.entries(patch).flatMap(([name, value]) => {
    const place = `${path}.${name}`;
    if (name === "$patch")
      return value === "delete" || value === "replace"
        ? []
        : [{ path: place, value, allowed: "must be delete or replace" }];
    if (name.startsWith("$"))
      return [{ path: place, value, allowed: "is not supported: the only directive is $patch" }];
    return patchFaults(value, place, name);
  });
}
