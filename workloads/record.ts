import type { ClusterObject } from "../kubernetes/cluster-object";
import type { FromConfig } from "../config/from";
import { isMap } from "../values/is-map";
import { routerOf } from "../config/meaning";
import type { Values } from "../config/schema";
import { UserError } from "../progress/user-error";
import { findApplication } from "./find";
import { nameOf } from "./names";
import { namespaceOf, withNamespace } from "./scope";

type Config = Readonly<Record<string, unknown>>;

const key = "sluice:from";

/** Keys of a config that was checked before it was recorded. */
interface RouterKeys {
  readonly "sluice:router"?: Values["router"];
  readonly "sluice:strategy"?: Values["strategy"];
}

/**
 * A stack's config for a record in the cluster: of the application's objects, those by which users reach its versions. Secrets
 * have no place in a record, and everything else may be larger than one may be.
 */
export function recordedSource(config: Config): Config {
  const from = config[key] as FromConfig | undefined;
  if (!from?.objects) return config;
  const { "sluice:namespace": named } = config;
  const namespace = typeof named === "string" ? named : namespaceOf(from.objects, "default");
  const given = new Map(from.objects.map((object) => [withNamespace(object, namespace, from.objects), object]));
  const { "sluice:router": router, "sluice:strategy": strategy = "canary" } = config as RouterKeys;
  const application = findApplication([...given.keys()], from, routerOf({ router, strategy }));
  if (!("workload" in application)) return config;
  const others = new Set<ClusterObject>(application.others);
  // By which labels a live workload's pods are told from others depends on the NetworkPolicies, too.
  const isKept = (placed: ClusterObject) =>
    !others.has(placed) ||
    application.unmoved.includes(nameOf(placed)) ||
    (from.live !== undefined && placed.kind === "NetworkPolicy");
  const objects = [...given].flatMap(([placed, object]) => (isKept(placed) ? [object] : []));
  const workload = nameOf(application.workload);
  const variants = Object.fromEntries(
    Object.entries(from.variants ?? {}).map(([name, all]) => [name, all.filter((one) => nameOf(one) === workload)]),
  );
  const { values: _, files: __, ...source } = from;
  return {
    ...config,
    [key]: { ...source, objects, ...(from.variants && { variants }), isPart: true },
    ...withoutValues(config),
  };
}

/** A chart's values may hold passwords; the objects are rendered already. */
function withoutValues({ "sluice:versions": versions }: Config): Config {
  if (!isMap(versions)) return {};
  const plain = Object.entries(versions).map(([name, version]) => {
    if (!isMap(version)) return [name, version] as const;
    const { values: _, ...rest } = version;
    return [name, rest] as const;
  });
  return { "sluice:versions": Object.fromEntries(plain) };
}

/**
 * A recorded config with all objects of the application: those that the record has, and the others as the stack's file has them.
 *
 * @throws UserError if the file isn't here.
 */
export function completedSource(config: Config, file: Config): Config {
  const { isPart, ...from } = (config[key] ?? {}) as FromConfig;
  if (!isPart || !from.objects) return config;
  const { objects: there, variants } = (file[key] ?? {}) as FromConfig;
  if (!there)
    throw new UserError(
      "sluice:from: the record has only the objects that move traffic, and the stack file, which has the others, is missing: restore the file",
      "SLUICE1109",
    );
  const keyOf = ({ apiVersion, kind, metadata }: ClusterObject) =>
    [apiVersion, kind, metadata.namespace, metadata.name].join(" ");
  const own = new Set(from.objects.map(keyOf));
  return {
    ...config,
    [key]: {
      ...from,
      ...(variants && { variants }),
      objects: [...from.objects, ...there.filter((one) => !own.has(keyOf(one)))],
    },
  };
}
