import type { Application } from "./kubernetes/application";
import { contradictions } from "./config/contradictions";
import { edgeOf } from "./config/edge";
import type { IngressControllerConfig, MetalLbConfig } from "./config/entrance";
import { sourceKey } from "./config/from";
import { meaninglessKeys, routerOf } from "./config/meaning";
import { migratedValues, type MigrationConfig } from "./config/migration";
import { configNamespace, readOwnValues } from "./config/own-values";
import { keysOfSchema, parseWith } from "./config/parse";
import { ConfigError, type Problem } from "./config/problems";
import type { ClusterProfile } from "./cluster/profile";
import { asWritten, doubledKey } from "./config/renamed";
import type { RolloutConfig } from "./config/rollout";
import { planOf } from "./config/routing";
import { stackSchema, type GivenValues, type Values } from "./config/schema";
import type { StackConfig } from "./config/stack-config";
import type { VersionConfig } from "./config/versions";
import { routers } from "./routers";
import { takenNames } from "./routers/own-names";
import { mirrorOf, withImages } from "./workloads/images";
import { versionRefusals } from "./workloads/refusals";
import { applyObjects } from "./workloads/values";

export type { StackConfig } from "./config/stack-config";

/** True where an autoscaler has the number of pods of one of the stack's versions. */
export function hasAutoscaling({ versions, companions }: Pick<StackConfig, "versions" | "companions">): boolean {
  const all = [{ versions }, ...Object.values(companions)].flatMap((one) => Object.values(one.versions));
  return all.some(({ autoscaling }) => autoscaling !== undefined);
}

/** The keys that a stack may set, without their namespace. */
export const configKeys: readonly string[] = Object.keys(stackSchema.shape);

/**
 * Checks a stack's raw values and makes one typed object of them.
 *
 * @param raw values by key, `sluice:host` or any other namespace's; texts as Pulumi passes them or values as YAML has
 * them. Other namespaces' keys are left to their readers.
 * @param profile what the cluster at hand has in place of what the config names.
 * @throws ConfigError with every problem, each with key, value and what is allowed.
 */
export function parseStackConfig(raw: Readonly<Record<string, unknown>>, profile?: ClusterProfile): StackConfig {
  const { values, renamed, doubled } = readOwnValues(raw);
  if (doubled.length > 0)
    throw new ConfigError(doubled.map((one) => doubledKey(one, raw[`${configNamespace}:${one.from}`])));
  try {
    return { ...parseOwnValues(values, profile), renamed };
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    throw new ConfigError(
      error.problems.map((problem) => asWritten(problem, renamed)),
      error.refusals,
    );
  }
}

/** The same for values without their namespace, under the names of this release. */
function parseOwnValues(given: Readonly<Record<string, unknown>>, profile?: ClusterProfile): StackConfig {
  const parsed = parseWith(stackSchema, given, (path) => keysOfSchema(stackSchema, path));
  const applied = applySource(given, parsed, profile);
  const edge = edgeOf(given, applied.values);
  if ("problems" in edge) throw new ConfigError(edge.problems);
  const { application } = applied;
  const values: Values = { ...edge.values, application };
  // A record has been a stack's config once: nothing of it may stand in the way of a rollback.
  const refused =
    application && !values.from?.isPart ? versionRefusals({ application, versions: values.versions }) : [];
  const inItsFile = (problem: Problem) => withFile(problem, values.from?.files);
  if (refused.length > 0) throw new ConfigError(refused.map(inItsFile));
  const router = routers[routerOf(values)];
  const meaningless = meaninglessKeys(given, values, router.unknownKeys);
  const problems = meaningless.length > 0 ? meaningless : [...contradictions(values), ...router.problems(values)];
  if (problems.length > 0) throw new ConfigError(problems.map((problem) => inItsFile(atItsPlace(problem, values))));
  const versionsOf = (versions: Readonly<Record<string, VersionConfig>>) =>
    mapValues(versions, (version) => ({ ...version, image: mirrorOf(version.image, profile?.images) }));
  const { workloads = {}, workload } = values;
  const { [workload]: own, ...companions } = workloads;
  const config: StackConfig = {
    environment: values.environment,
    plan: planOf(values),
    host: values.host,
    workload,
    namespace: values.namespace,
    versions: versionsOf(values.versions),
    ...(application && { application }),
    calls: own?.calls ?? [],
    companions: mapValues(companions, (one) => ({ ...one, versions: versionsOf(one.versions) })),
    metallb: values.metallb && mirroredMetalLb(values.metallb, profile),
    ingressController: mirroredController(values, profile),
    tls: values.route.tls,
    ingressAnnotations: values.route.annotations,
    gateway: values.gateway,
    istio: routerOf(values) === "istio" ? values.istio : undefined,
    requests: { timeouts: values.route.timeouts, retries: values.route.retries },
    ...(values.migration && { migration: migrationOf(given, values.migration, profile) }),
    rollout: values.rollout && mirroredRollout(values.rollout, profile),
    nodeAddress: values.service.nodeAddress ?? profile?.nodeAddress,
    renamed: [],
  };
  // What is live has what the stack made beside it.
  const isTaken = !values.from?.isPart && values.from?.live === undefined;
  const taken = isTaken ? takenNames(config, sourceKey(values.from)) : [];
  if (taken.length > 0) throw new ConfigError(taken.map(inItsFile));
  return config;
}

/** The values with what the objects of `sluice:from` say of them. */
function applySource(
  given: Readonly<Record<string, unknown>>,
  values: GivenValues,
  profile: ClusterProfile | undefined,
): { readonly values: GivenValues; readonly application?: Application } {
  if (!values.from) return { values };
  const { objects } = values.from;
  if (!objects && values.from.live !== undefined)
    throw new ConfigError([
      {
        key: "from.live",
        value: values.from.live,
        allowed:
          "is read from its cluster, which this command doesn't ask: have sluice adopt --write FOLDER write the manifests, which sluice:from.manifests then names beside it",
      },
    ]);
  if (!objects) throw new Error("a source is read before its stack's config is checked");
  const images = profile?.images ?? {};
  const { variants = {} } = values.from;
  const from = { ...values.from, variants: mapValues(variants, (one) => [...withImages(one, images)]) };
  const applied = applyObjects(given, { ...values, from }, withImages(objects, images));
  if ("problems" in applied)
    throw new ConfigError(applied.problems.map((problem) => withFile(problem, values.from?.files)));
  return applied;
}

/** A problem whose value is an object of the application, with the file that has it. */
function withFile({ key, value, allowed }: Problem, files: Readonly<Record<string, string>> = {}): Problem {
  const file = typeof value === "string" && Object.hasOwn(files, value) ? files[value] : undefined;
  return { key, value: file === undefined ? value : `${String(value)} in ${file}`, allowed };
}

function mirroredMetalLb(config: MetalLbConfig, profile: ClusterProfile | undefined): MetalLbConfig {
  const chart = profile?.charts["metallb"];
  const addresses = profile?.addresses ?? config.addresses;
  return chart && !config.chart ? { ...config, addresses, chart, repository: undefined } : { ...config, addresses };
}

function mirroredRollout(config: RolloutConfig, profile: ClusterProfile | undefined): RolloutConfig {
  const chart = profile?.charts["flagger"];
  return chart && config.flagger && !config.flagger.chart
    ? { ...config, flagger: { ...config.flagger, chart } }
    : config;
}

/** What reads the routes: what the stack says, else what goes with its router. */
function mirroredController(values: Values, profile: ClusterProfile | undefined): IngressControllerConfig | undefined {
  const router = routers[routerOf(values)];
  const config = values.ingressController ?? router.controller;
  if (!config) return undefined;
  const className = config.className ?? router.className ?? config.kind;
  if (config.kind !== "ingress-nginx") return { ...config, className };
  const chart = profile?.charts["ingress-nginx"];
  const image = config.image ?? mirroredImage(profile?.images[ingressNginxImage]);
  return {
    ...config,
    className,
    ...(chart && !config.chart && { chart, repository: undefined }),
    ...(image && { image }),
  };
}

/** The controller's image as its chart names it, of whatever version. */
const ingressNginxImage = "registry.k8s.io/ingress-nginx/controller";

function mirroredImage(name: string | undefined): { repository: string; tag: string } | undefined {
  const [, repository, tag] = /^(.+):([^:/]+)$/.exec(name ?? "") ?? [];
  return repository && tag ? { repository, tag } : undefined;
}

/** The target is checked as any stack is: what its router can't express is refused before anything moves. */
function migrationOf(
  given: Readonly<Record<string, unknown>>,
  migration: MigrationConfig,
  profile: ClusterProfile | undefined,
): StackConfig["migration"] {
  try {
    return { users: migration.users, target: parseOwnValues(migratedValues(given, migration), profile) };
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    throw new ConfigError(
      error.problems.map((problem) => ({
        ...problem,
        allowed: `${problem.allowed} (after the migration to ${migration.to})`,
      })),
    );
  }
}

/** What is wrong with the workload that users reach stands where the stack has it. */
function atItsPlace(problem: Problem, { workloads, workload }: Values): Problem {
  return workloads && problem.key.startsWith("versions.")
    ? { ...problem, key: `workloads.${workload}.${problem.key}` }
    : problem;
}

function mapValues<In, Out>(record: Readonly<Record<string, In>>, change: (value: In) => Out): Record<string, Out> {
  return Object.fromEntries(Object.entries(record).map(([key, value]) => [key, change(value)]));
}
