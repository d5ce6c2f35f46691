import { ruleRouters } from "../traffic/plan";
import type { Problem } from "./problems";
import { stackSchema, type ConfigKey, type Values } from "./schema";

type Strategy = Values["strategy"];
type Router = NonNullable<Values["router"]>;

/** Under which strategies a key has a meaning, where not under all, and what to do instead, by strategy. */
interface Meaning {
  readonly strategies: readonly Strategy[];
  readonly instead?: Partial<Record<Strategy, string>>;
}

/** The keys that say nothing to a router, each with what does the same there, or `null` where nothing does. */
export type UnknownKeys = Readonly<Partial<Record<ConfigKey, string | null>>>;

const rule: Meaning = {
  strategies: ["canary"],
  instead: {
    blueGreen: "sluice:activeColor moves all traffic at once",
    replicaRatio: "a Service can't look into requests",
  },
};

const weight: Meaning = {
  strategies: ["canary"],
  instead: {
    blueGreen: "sluice:activeColor moves all traffic at once",
    replicaRatio: "the share is the ratio of the versions' replicas",
  },
};

const onlyCanary: Meaning = { strategies: ["canary"] };

const color: Meaning = { strategies: ["blueGreen"] };

const meanings: Partial<Record<ConfigKey, Meaning>> = {
  stable: {
    strategies: ["canary", "replicaRatio"],
    instead: { blueGreen: "sluice:colors and sluice:activeColor name the versions" },
  },
  canary: {
    strategies: ["canary", "replicaRatio"],
    instead: { blueGreen: "the idle color of sluice:colors is the one on trial" },
  },
  canaryWeight: weight,
  weightTotal: weight,
  headerMatch: rule,
  cookieMatch: rule,
  clientMatch: onlyCanary,
  mirrorPercent: onlyCanary,
  affinity: { strategies: ["canary"], instead: { replicaRatio: "a Service knows no cookies" } },
  affinityBehavior: onlyCanary,
  affinityCookie: onlyCanary,
  colors: color,
  activeColor: color,
  retireIdle: color,
  previewHost: color,
  previewNodePort: color,
  migration: { strategies: ["canary", "blueGreen"] },
  workloads: { strategies: ["canary", "blueGreen"], instead: { replicaRatio: "a Service leads to one workload" } },
};

/** The keys that a strategy can't do without. */
const required: readonly (readonly [key: ConfigKey, strategies: readonly Strategy[]])[] = [
  ["stable", ["canary", "replicaRatio"]],
  ["colors", ["blueGreen"]],
  ["activeColor", ["blueGreen"]],
];

/** The router of a stack: what it says, else the strategy's own. */
export function routerOf({ router, strategy }: Pick<Values, "router" | "strategy">): Router {
  return router ?? (strategy === "replicaRatio" ? "service" : "ingress");
}

/**
 * Holds the keys that are set against the stack's strategy and router: nothing is ignored in silence.
 *
 * @param given the stack's own values, before defaults.
 * @param unknown what says nothing to the stack's router.
 */
export function meaninglessKeys(
  given: Readonly<Record<string, unknown>>,
  values: Values,
  unknown: UnknownKeys,
): Problem[] {
  const router = routerOf(values);
  const { strategy } = values;
  if (strategy === "canary" && router === "service")
    return [
      {
        key: "router",
        value: router,
        allowed: `must be ${ruleRouters.slice(0, -1).join(", ")} or ${ruleRouters.at(-1)} under strategy canary: behind a Service alone, strategy replicaRatio splits by replicas`,
      },
    ];
  if (strategy === "replicaRatio" && router !== "service")
    return [
      {
        key: "router",
        value: router,
        allowed:
          "must be service under strategy replicaRatio: behind any other router, strategy canary splits by weight",
      },
    ];
  const keys = (Object.keys(stackSchema.shape) as ConfigKey[]).filter((key) => given[key] !== undefined);
  const meaningless = keys.flatMap((key) => whyMeaningless(key, given[key], strategy, router, unknown));
  const missing = required
    .filter(([key, strategies]) => strategies.includes(strategy) && values[key] === undefined)
    .map(([key]) => ({ key, value: undefined, allowed: `must be set under strategy ${strategy}` }));
  const homeless = router !== "service" && values.host === undefined;
  return [
    ...meaningless,
    ...missing,
    ...(homeless ? [{ key: "host", value: undefined, allowed: `must be set under router ${router}` }] : []),
  ];
}

function whyMeaningless(
  key: ConfigKey,
  value: unknown,
  strategy: Strategy,
  router: Router,
  unknown: UnknownKeys,
): Problem[] {
  const { strategies, instead } = meanings[key] ?? {};
  const tell = (where: string, reason: string | null | undefined) => [
    { key, value, allowed: `has no meaning under ${where}${reason ? ` (${reason})` : ""}: remove it` },
  ];
  if (strategies && !strategies.includes(strategy)) return tell(`strategy ${strategy}`, instead?.[strategy]);
  return unknown[key] === undefined ? [] : tell(`router ${router}`, unknown[key]);
}
