import { isDeepStrictEqual } from "node:util";
import type { Application, Deployment, PodTemplate, Variant } from "../kubernetes/application";
import { digestOf } from "./checksum";
import type { ClusterObject } from "../kubernetes/cluster-object";
import { isMap } from "../values/is-map";
import type { Problem } from "../config/problems";
import { isVersionable, labelsOf, selects } from "./find";
import { nameOf } from "./names";

const copied = ["ConfigMap", "Secret"];

/** Labels that tell a chart's version and nothing else. */
const chartLabels = ["helm.sh/chart", "app.kubernetes.io/version"];

/**
 * What a version's own values make of a chart. Its workload has them; a ConfigMap or Secret that differs is kept apart under
 * a name of its own; every other difference is refused, as both versions would share the object.
 *
 * @param objects all that the chart comes to with the version's values.
 * @param isPart true if there is nothing but the workload.
 */
export function variantOf(
  version: string,
  { workload, services, ...application }: Application,
  objects: readonly ClusterObject[],
  isPart = false,
): Variant | readonly Problem[] {
  const refused = (value: string, allowed: string) => [{ key: `versions.${version}.values`, value, allowed }];
  const own = objects.find((object) => isSame(object, workload));
  if (!own || !isVersionable(own)) {
    const names = objects.filter(isVersionable).map(nameOf).join(", ");
    return refused(names, `must not change names: the chart has no ${nameOf(workload)} with them`);
  }
  const lost = services.find(({ spec }) => !selects(spec.selector, labelsOf(own)));
  if (lost) return refused(nameOf(lost), `must keep the pods' labels: ${nameOf(lost)} would not select them`);
  if (isPart) return { workload: own, copies: [] };
  const shared = [
    ...services,
    ...application.routes,
    ...application.httpRoutes,
    ...application.autoscalers,
    ...application.budgets,
    ...application.others,
  ];
  const names = new Map<string, string>();
  const copies: ClusterObject[] = [];
  for (const object of objects.filter((one) => one !== own)) {
    const base = shared.find((one) => isSame(one, object));
    if (base && isDeepStrictEqual(besideChart(base), besideChart(object))) continue;
    if (!copied.includes(object.kind))
      return refused(
        nameOf(object),
        base
          ? `must not change ${nameOf(object)}, which all versions share: set it by sluice:from.values`
          : `must not add ${nameOf(object)}, which all versions would share: set it by sluice:from.values`,
      );
    const { apiVersion: _, kind, metadata, ...content } = object;
    const name = `${metadata.name}-${digestOf(content)}`;
    names.set(`${kind}/${metadata.name}`, name);
    copies.push({ ...object, metadata: { ...metadata, name } });
  }
  const { spec } = own;
  const template = renamed(spec.template, (kind, name) => names.get(`${kind}/${name}`) ?? name) as PodTemplate;
  return { workload: { ...own, spec: { ...spec, template } } satisfies Deployment, copies };
}

/** The fields of a pod template that name a ConfigMap or a Secret, and in which of their own fields. */
const references: Readonly<Record<string, readonly [kind: string, field: string]>> = {
  configMap: ["ConfigMap", "name"],
  configMapRef: ["ConfigMap", "name"],
  configMapKeyRef: ["ConfigMap", "name"],
  secretRef: ["Secret", "name"],
  secretKeyRef: ["Secret", "name"],
};

function renamed(value: unknown, nameFor: (kind: string, name: string) => string): unknown {
  if (Array.isArray(value)) return value.map((one) => renamed(one, nameFor));
  if (!isMap(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([field, inner]) => {
      // A volume's secret has `secretName`, a projected one `name`.
      const [kind, key] = field === "secret" && isMap(inner) ? secretIn(inner) : (references[field] ?? []);
      if (!kind || !key || !isMap(inner) || typeof inner[key] !== "string") return [field, renamed(inner, nameFor)];
      return [field, { ...inner, [key]: nameFor(kind, inner[key]) }];
    }),
  );
}

function secretIn(volume: Readonly<Record<string, unknown>>): readonly [string, string] {
  return ["Secret", volume["secretName"] === undefined ? "name" : "secretName"];
}

function isSame(left: ClusterObject, right: ClusterObject): boolean {
  return nameOf(left) === nameOf(right) && left.metadata.namespace === right.metadata.namespace;
}

function besideChart({ metadata, ...object }: ClusterObject): object {
  const labels = (metadata["labels"] ?? {}) as Readonly<Record<string, unknown>>;
  const own = Object.entries(labels).filter(([name]) => !chartLabels.includes(name));
  return { ...object, metadata: { ...metadata, labels: Object.fromEntries(own) } };
}
