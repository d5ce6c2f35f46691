import type { Application, Variant } from "../kubernetes/application";
import { digestOf } from "./checksum";
import type { ClusterObject } from "../kubernetes/cluster-object";
import { schemaFaults } from "../kubernetes/schema";
import { routerOf } from "../config/meaning";
import type { Problem } from "../config/problems";
import type { GivenValues } from "../config/schema";
import { valueAt } from "../values/value-at";
import { findApplication } from "./find";
import { nameOf, namesOf } from "./names";
import { withLive } from "./live-version";
import { isPartitioned, partitionProblems, sizeOf } from "./partition";
import { patchFaults } from "./patch";
import { affinityOf, routeDefaults } from "./routes";
import { namespaceOf, withNamespace } from "./scope";
import { variantOf } from "./variants";
import { podsOfVersion } from "./versions";

/** A stack's values, completed from the objects of its application. */
export type Applied =
  { readonly values: GivenValues; readonly application: Application } | { readonly problems: readonly Problem[] };

/** What the short form says of a version, and under `from` the objects do. */
const inObjects = [
  "readOnlyRootFilesystem",
  "serviceAccountName",
  "imagePullPolicy",
  "minReadySeconds",
  "maxSurge",
  "maxUnavailable",
  "port",
  "files",
  "writableFolders",
  "env",
  "resources",
  "probes",
  "runAsUser",
  "drainSeconds",
  "autoscaling",
  "minAvailable",
];

/**
 * Fills in what an application's objects say of a stack: its name and namespace, the addresses that lead to it, and what its
 * versions run.
 *
 * @param raw the stack's own values, before defaults.
 * @param objects all of the application.
 */
export function applyObjects(
  raw: Readonly<Record<string, unknown>>,
  given: GivenValues,
  objects: readonly ClusterObject[],
): Applied {
  const namespace = raw["namespace"] === undefined ? namespaceOf(objects, given.namespace) : given.namespace;
  const found = findApplication(
    objects.map((object) => withNamespace(object, namespace, objects)),
    given.from ?? {},
    routerOf(given),
  );
  if (isProblems(found)) return { problems: found };
  const application = given.from?.live === undefined ? found : withLive(found, given);
  if (isProblems(application)) return { problems: application };
  const problems = [
    ...misplacedKeys(raw, given, application, namespace),
    ...versionProblems(raw, given, application),
    ...uncounted(given, application),
    ...partitionProblems(raw, given, application),
  ];
  const defaults = routeDefaults(raw, given, application);
  if ("problems" in defaults) problems.push(...defaults.problems);
  if (problems.length > 0 || "problems" in defaults) return { problems };
  const variants = variantsOf(application, given, namespace);
  if (isProblems(variants)) return { problems: variants };
  const versions = Object.fromEntries(
    Object.entries(given.versions ?? {}).map(([name, version]) => [
      name,
      versionOf(application, version, variants[name], shareOf(name, given, application)),
    ]),
  );
  const workload = application.workload.metadata.name;
  const values = { ...given, ...defaults.values, ...serviceValues(given, application), workload, namespace, versions };
  return { values, application };
}

type GivenVersion = NonNullable<GivenValues["versions"]>[string];

/** What the versions' own values make of a chart, by the version's name. */
function variantsOf(
  application: Application,
  { from }: GivenValues,
  namespace: string,
): Readonly<Record<string, Variant>> | readonly Problem[] {
  const variants: Record<string, Variant> = {};
  for (const [name, objects] of Object.entries(from?.variants ?? {})) {
    const placed = objects.map((object) => withNamespace(object, namespace, objects));
    const variant = variantOf(name, application, placed, from?.isPart);
    if (isProblems(variant)) return variant;
    variants[name] = variant;
  }
  return variants;
}

/** What the application's own Service says of how users come to it, if there is nothing but Services. */
function serviceValues(given: GivenValues, { services: [service] }: Application): Partial<GivenValues> {
  if (routerOf(given) !== "service" || !service) return {};
  const { nodePort } = (service.spec.ports?.[0] ?? {}) as { readonly nodePort?: number };
  return service.spec.type === "NodePort" && nodePort !== undefined ? { service: { ...given.service, nodePort } } : {};
}

/** How many pods a version has if that is its share; nothing if it is not. */
function shareOf(
  name: string,
  { strategy, stable, canary = "", versions = {} }: GivenValues,
  application: Application,
): number | undefined {
  if (strategy !== "replicaRatio") return undefined;
  const size = sizeOf(application);
  if (isPartitioned(application) && name === stable) return size - (versions[canary]?.replicas ?? 0);
  return versions[name]?.replicas ?? size;
}

/** @param share the number of pods, if that is the version's share. */
function versionOf(
  application: Application,
  given: GivenVersion,
  variant: Variant | undefined,
  share: number | undefined,
): GivenVersion {
  const workload = variant?.workload ?? application.workload;
  const { spec } = workload.spec.template;
  const image =
    given.image ??
    (spec.containers.find(({ name }) => name === application.container) ?? spec.containers[0])?.image ??
    "";
  const autoscaling = given.replicas === undefined ? boundsOf(application.autoscalers[0]) : undefined;
  const template = digestOf(podsOfVersion(application, { ...given, variant }));
  return {
    ...given,
    image,
    template,
    ...(variant && { variant }),
    ...(share !== undefined && !autoscaling && { replicas: share }),
    ...(autoscaling && { autoscaling }),
  } as GivenVersion;
}

interface AutoscalerSpec {
  readonly minReplicas?: number;
  readonly maxReplicas?: number;
  readonly minReplicaCount?: number;
  readonly maxReplicaCount?: number;
}

/** The bounds of a HorizontalPodAutoscaler, or of a ScaledObject with its own defaults. */
function boundsOf(autoscaler: ClusterObject | undefined): GivenVersion["autoscaling"] {
  if (!autoscaler) return undefined;
  const spec = autoscaler["spec"] as AutoscalerSpec;
  const minReplicas = Math.max(1, spec.minReplicas ?? spec.minReplicaCount ?? 1);
  return { minReplicas, maxReplicas: spec.maxReplicas ?? spec.maxReplicaCount ?? 100, cpuPercent: 70 };
}

function misplacedKeys(
  raw: Readonly<Record<string, unknown>>,
  { from, router, rollout }: GivenValues,
  { workload, routes, httpRoutes }: Application,
  namespace: string,
): Problem[] {
  const beside = (key: string, reason: string) => {
    const value = valueAt(raw, key.split("."));
    const allowed = `has no meaning beside sluice:from${reason.startsWith(",") ? "" : " "}${reason}: remove it`;
    return value === undefined ? [] : [{ key, value, allowed }];
  };
  const found: Problem[] = [
    ...beside("workload", "(sluice:from.workload names the workload)"),
    ...beside("workloads", ", which releases the one workload that users reach; the others are applied as they are"),
    ...beside(
      "migration",
      "yet (bring the same objects up in a second stack behind the other router, and move the host's name)",
    ),
    ...beside("service.nodePort", "(the application's own Service sets it)"),
  ];
  const own = [...routes, ...httpRoutes];
  if (own.length > 0)
    for (const key of [
      ...["annotations", "more", "tls", "pathType"].map((one) => `route.${one}`),
      ...(affinityOf(routes) ? ["affinity.mode", "affinity.cookie"] : ["affinity"]),
      "gateway",
    ])
      found.push(...beside(key, `(${namesOf(own)} sets it)`));
  if (from?.live !== undefined && (router ?? "ingress") !== "ingress")
    found.push({
      key: "router",
      value: router,
      allowed: "must be ingress under sluice:from.live: no other router is supported yet",
    });
  for (const key of ["istio.portName", "istio.sidecar"]) found.push(...beside(key, "(the objects say it)"));
  if (rollout?.driver === "flagger")
    found.push({
      key: "rollout.driver",
      value: "flagger",
      allowed: "must be sluice under sluice:from: Flagger would make a Service and a Deployment of its own from yours",
    });
  if (workload.metadata.namespace !== namespace)
    found.push({
      key: "namespace",
      value: namespace,
      allowed: `must be ${workload.metadata.namespace}, where the objects have ${nameOf(workload)}`,
    });
  return found;
}

/** In a replica ratio, how many pods the canary has is all that the stack says of its share. */
function uncounted({ strategy, canary = "", versions = {} }: GivenValues, { autoscalers }: Application): Problem[] {
  const version = versions[canary];
  if (strategy !== "replicaRatio" || !version || version.replicas !== undefined || autoscalers.length > 0) return [];
  const allowed = "must be set under strategy replicaRatio: the canary's share is its part of all pods";
  return [{ key: `versions.${canary}.replicas`, value: undefined, allowed }];
}

function versionProblems(
  raw: Readonly<Record<string, unknown>>,
  { versions = {} }: GivenValues,
  { workload, container }: Application,
): Problem[] {
  const rawVersions = (raw["versions"] ?? {}) as Readonly<Record<string, Readonly<Record<string, unknown>> | null>>;
  const containers = workload.spec.template.spec.containers.map(({ name }) => name);
  return Object.entries(versions).flatMap(([name, { image, patch }]) => {
    const key = `versions.${name}`;
    const misplaced = inObjects
      .filter((field) => rawVersions[name]?.[field] !== undefined)
      .map((field) => ({
        key: `${key}.${field}`,
        value: rawVersions[name]?.[field],
        allowed: `has no meaning under sluice:from, because ${nameOf(workload)} sets it: set what differs in ${key}.patch`,
      }));
    const unknown = schemaFaults("V1PodTemplateSpec", patch, { isPatch: true, isInStackFile: true });
    const faults = [
      ...patchFaults(patch),
      ...unknown.map(({ path, ...fault }) => ({ path: ["patch", ...path].join("."), ...fault })),
    ].map(({ path, ...fault }) => ({ key: `${key}.${path}`, ...fault }));
    const homeless =
      image !== undefined && container === undefined
        ? [
            {
              key: "from.container",
              value: undefined,
              allowed: `must name the container whose image ${key}.image is: ${containers.join(", ")}`,
            },
          ]
        : [];
    return [...misplaced, ...faults, ...selectorProblems(key, patch, workload), ...homeless];
  });
}

/** A patch may add labels to the pods but not change one that the selector asks for: the Deployment would lose its pods. */
function selectorProblems(key: string, patch: unknown, { spec }: Application["workload"]): Problem[] {
  const labels = (patch as { metadata?: { labels?: Readonly<Record<string, unknown>> } } | undefined)?.metadata?.labels;
  return Object.entries(labels ?? {})
    .filter(
      ([name, value]) =>
        (spec.selector.matchLabels ?? {})[name] !== undefined && spec.selector.matchLabels?.[name] !== value,
    )
    .map(([name, value]) => ({
      key: `${key}.patch.metadata.labels.${name}`,
      value,
      allowed: `must stay ${spec.selector.matchLabels?.[name]}: the Deployment's selector requires it, and can't be changed`,
    }));
}

function isProblems(found: object): found is readonly Problem[] {
  return Array.isArray(found);
}
