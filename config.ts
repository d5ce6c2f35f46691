import { z } from "zod";
import { ConfigError, type Problem } from "./config/problems";
import { ingressController, metallb, type IngressControllerConfig, type MetalLbConfig } from "./config/entrance";
import { host, label, versionName, wholeNumber } from "./config/fields";
import { keysOfSchema, parseWith } from "./config/parse";
import type { ClusterProfile } from "./config/profile";
import { cookieMatch, headerMatch } from "./config/rules";
import { versions, type VersionConfig } from "./config/versions";
import { isUnreachable } from "./traffic/explain";
import type { TrafficPlan } from "./traffic/plan";

/** The namespace of Sluice's keys in a stack file. */
export const configNamespace = "sluice";

const schema = z.strictObject({
  /** The host that users ask for. */
  host,
  /** The path below which the plan holds; `/` by default. */
  path: z
    .string("must be a path")
    .regex(/^\/\S*$/, "must be a path that starts with /")
    .default("/"),
  /** How the path is compared (networking.k8s.io/v1 `pathType`); `Prefix` by default. */
  pathType: z
    .enum(["Exact", "Prefix", "ImplementationSpecific"], "must be Exact, Prefix or ImplementationSpecific")
    .default("Prefix"),
  /** What turns the plan into objects: `ingress` (ingress-nginx's annotations). */
  router: z.literal("ingress", "must be ingress, the only router so far").default("ingress"),
  /** How versions take turns: `canary` (by header, cookie and weight). */
  strategy: z.literal("canary", "must be canary, the only strategy so far").default("canary"),
  /** The version that everybody gets who is not sent to the canary. */
  stable: versionName,
  /** The version on trial; without it, everybody gets stable. */
  canary: versionName.optional(),
  /** Percent of the requests that no rule decides; 0 by default. */
  canaryWeight: wholeNumber(0, 100, " (percent of requests)").optional(),
  /** The header that sends requests to the canary. */
  headerMatch: headerMatch.optional(),
  /** The cookie that sends requests to the canary (`always`) or keeps them from it (`never`). */
  cookieMatch: cookieMatch.optional(),
  /** The workload's name, in front of its objects' names (`nginx-v1`). */
  workload: label,
  /** The namespace of the workload; created by the stack unless it is `default`. */
  namespace: label.default("default"),
  /** The versions of the workload by name. */
  versions,
  /** MetalLB; left out where the cluster gives LoadBalancer addresses by itself. */
  metallb: metallb.optional(),
  /** What reads the Ingresses. */
  ingressController,
});

/** A stack's config, checked, with defaults filled in. */
export interface StackConfig {
  /** Who gets which version. */
  readonly plan: TrafficPlan;
  /** The workload's name. */
  readonly workload: string;
  /** The workload's namespace. */
  readonly namespace: string;
  /** The workload's versions by name. */
  readonly versions: Readonly<Record<string, VersionConfig>>;
  /** MetalLB's settings, or nothing where the stack brings none. */
  readonly metallb?: MetalLbConfig;
  /** What reads the Ingresses. */
  readonly ingressController: IngressControllerConfig;
}

/** The keys that a stack may set, without their namespace. */
export const configKeys: readonly string[] = Object.keys(schema.shape);

/**
 * Checks a stack's raw values and makes one typed object of them.
 *
 * @param raw values by key, `sluice:host` or any other namespace's; texts as Pulumi passes them or values as YAML has
 * them. Other namespaces' keys are left to their readers.
 * @param profile what the cluster at hand has in place of what the config names.
 * @throws ConfigError with every problem, each with key, value and what is allowed.
 */
export function parseStackConfig(raw: Readonly<Record<string, unknown>>, profile?: ClusterProfile): StackConfig {
  const values = parseWith(schema, ownValues(raw), (path) => keysOfSchema(schema, path));
  const problems = contradictions(values);
  if (problems.length > 0) throw new ConfigError(problems);
  return {
    plan: planOf(values),
    workload: values.workload,
    namespace: values.namespace,
    versions: mapValues(values.versions, (version) => ({
      ...version,
      image: profile?.images[version.image] ?? version.image,
    })),
    metallb: values.metallb && mirroredMetalLb(values.metallb, profile),
    ingressController: mirroredController(values.ingressController, profile),
  };
}

type Values = z.output<typeof schema>;

const structuredKeys = new Set(["headerMatch", "versions", "metallb", "ingressController"]);

/** Sluice's keys without their namespace, structured ones read where they come as JSON, as Pulumi passes them. */
function ownValues(raw: Readonly<Record<string, unknown>>): Record<string, unknown> {
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

/** What no single key can tell: keys that contradict each other. */
function contradictions(values: Values): Problem[] {
  const names = Object.keys(values.versions);
  const oneOf = `must be one of the versions: ${names.join(", ")}`;
  const problems: Problem[] = [];
  if (!names.includes(values.stable)) problems.push({ key: "stable", value: values.stable, allowed: oneOf });
  if (values.canary !== undefined && !names.includes(values.canary))
    problems.push({ key: "canary", value: values.canary, allowed: oneOf });
  if (values.canary !== undefined && values.canary === values.stable)
    problems.push({ key: "canary", value: values.canary, allowed: "must be another version than stable" });
  if (values.canary === undefined) problems.push(...rulesWithoutCanary(values));
  problems.push(...unusableNames(values), ...emptyStable(values), ...emptyCanary(values));
  return problems;
}

function rulesWithoutCanary({ canaryWeight, headerMatch, cookieMatch }: Values): Problem[] {
  return Object.entries({ canaryWeight, headerMatch, cookieMatch })
    .filter(([, value]) => value !== undefined && value !== 0)
    .map(([key, value]) => ({
      key,
      value,
      allowed: "has no meaning without sluice:canary: set it, or remove this key",
    }));
}

/** A Service's name has 63 characters at most and begins with a letter (RFC 1035 label). */
function unusableNames({ workload, versions }: Values): Problem[] {
  const most = 62 - workload.length;
  const tooLong = Object.keys(versions).filter((version) => version.length > most);
  const startsWell = /^[a-z]/.test(workload);
  return [
    ...tooLong.map((version) => ({
      key: `versions.${version}`,
      value: version,
      allowed: `must have at most ${most} characters: the Service ${workload}-${version} can't have more than 63`,
    })),
    ...(startsWell
      ? []
      : [{ key: "workload", value: workload, allowed: "must begin with a letter: Services are named after it" }]),
  ];
}

function emptyStable({ stable, versions }: Values): Problem[] {
  if (versions[stable]?.replicas !== 0) return [];
  const allowed = "must be at least 1: with no pod behind stable, ingress-nginx answers 503 to everybody";
  return [{ key: `versions.${stable}.replicas`, value: 0, allowed }];
}

function emptyCanary(values: Values): Problem[] {
  const { canary, versions } = values;
  if (canary === undefined || versions[canary]?.replicas !== 0 || isUnreachable(planOf(values))) return [];
  const allowed =
    "must be at least 1: with no pod behind the canary, ingress-nginx sends everybody to stable in silence";
  return [{ key: `versions.${canary}.replicas`, value: 0, allowed }];
}

function planOf(values: Values): TrafficPlan {
  const { host, path, pathType, stable, canary } = values;
  if (canary === undefined) return { host, path, pathType, stable };
  const trial = {
    version: canary,
    weight: values.canaryWeight ?? 0,
    header: values.headerMatch,
    cookie: values.cookieMatch,
  };
  return { host, path, pathType, stable, canary: trial };
}

function mirroredMetalLb(config: MetalLbConfig, profile: ClusterProfile | undefined): MetalLbConfig {
  const chart = profile?.charts["metallb"];
  const addresses = profile?.addresses ?? config.addresses;
  return chart && !config.chart ? { ...config, addresses, chart, repository: undefined } : { ...config, addresses };
}

function mirroredController(
  config: IngressControllerConfig,
  profile: ClusterProfile | undefined,
): IngressControllerConfig {
  const chart = profile?.charts["ingress-nginx"];
  return config.kind === "ingress-nginx" && chart && !config.chart
    ? { ...config, chart, repository: undefined }
    : config;
}

function mapValues<In, Out>(record: Readonly<Record<string, In>>, change: (value: In) => Out): Record<string, Out> {
  return Object.fromEntries(Object.entries(record).map(([key, value]) => [key, change(value)]));
}
