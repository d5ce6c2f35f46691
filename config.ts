import { contradictions } from "./config/contradictions";
import { ingressController, type IngressControllerConfig, type MetalLbConfig } from "./config/entrance";
import { meaninglessKeys, routerOf } from "./config/meaning";
import { ownValues } from "./config/own-values";
import { keysOfSchema, parseWith } from "./config/parse";
import { ConfigError } from "./config/problems";
import type { ClusterProfile } from "./config/profile";
import type { RolloutConfig } from "./config/rollout";
import { planOf } from "./config/routing";
import { stackSchema, type Values } from "./config/schema";
import type { VersionConfig } from "./config/versions";
import type { TrafficPlan } from "./traffic/plan";

/** A stack's config, checked, with defaults filled in. */
export interface StackConfig {
  /** What the stack is for, which the policies' limits depend on. */
  readonly environment: Values["environment"];
  /** Who gets which version. */
  readonly plan: TrafficPlan;
  /** The host that users ask for; behind a Service alone a name only. */
  readonly host?: string;
  /** The workload's name. */
  readonly workload: string;
  /** The workload's namespace. */
  readonly namespace: string;
  /** The workload's versions by name. */
  readonly versions: Readonly<Record<string, VersionConfig>>;
  /** MetalLB's settings, or nothing where the stack brings none. */
  readonly metallb?: MetalLbConfig;
  /** What reads the Ingresses; nothing behind a Service alone. */
  readonly ingressController?: IngressControllerConfig;
  /** The Secrets of certificates, with the hosts that they are for. */
  readonly tls: readonly { readonly secretName: string; readonly hosts: readonly string[] }[];
  /** Further annotations of the mainline Ingress. */
  readonly ingressAnnotations: Readonly<Record<string, string>>;
  /** How rollouts go; nothing where the stack doesn't say. */
  readonly rollout?: RolloutConfig;
  /** The address of a node, by which a NodePort is asked. */
  readonly nodeAddress?: string;
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
  const given = ownValues(raw);
  const values = parseWith(stackSchema, given, (path) => keysOfSchema(stackSchema, path));
  const meaningless = meaninglessKeys(given, values);
  const problems = meaningless.length > 0 ? meaningless : contradictions(values);
  if (problems.length > 0) throw new ConfigError(problems);
  return {
    environment: values.environment,
    plan: planOf(values),
    host: values.host,
    workload: values.workload,
    namespace: values.namespace,
    versions: mapValues(values.versions, (version) => ({
      ...version,
      image: profile?.images[version.image] ?? version.image,
    })),
    metallb: values.metallb && mirroredMetalLb(values.metallb, profile),
    ingressController: mirroredController(values, profile),
    tls: values.tls,
    ingressAnnotations: values.ingressAnnotations,
    rollout: values.rollout && mirroredRollout(values.rollout, profile),
    nodeAddress: values.nodeAddress ?? profile?.nodeAddress,
  };
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

/** A stack with Ingresses brings ingress-nginx where it names no controller. */
function mirroredController(values: Values, profile: ClusterProfile | undefined): IngressControllerConfig | undefined {
  const isNeeded = routerOf(values) === "ingress";
  const config =
    values.ingressController ?? (isNeeded ? ingressController.parse({ kind: "ingress-nginx" }) : undefined);
  const chart = profile?.charts["ingress-nginx"];
  return config?.kind === "ingress-nginx" && chart && !config.chart
    ? { ...config, chart, repository: undefined }
    : config;
}

function mapValues<In, Out>(record: Readonly<Record<string, In>>, change: (value: In) => Out): Record<string, Out> {
  return Object.fromEntries(Object.entries(record).map(([key, value]) => [key, change(value)]));
}
