import type { Problem } from "./problems";
import type { ConfigKey, Values } from "./schema";

type Strategy = Values["strategy"];
type Router = "ingress" | "service";

/** Under which strategies and routers a key has a meaning, where not under all, and what to do instead. */
interface Meaning {
  readonly strategies?: readonly Strategy[];
  readonly routers?: readonly Router[];
  /** What does the same elsewhere, by strategy. */
  readonly instead?: Partial<Record<Strategy | Router, string>>;
}

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

const color: Meaning = { strategies: ["blueGreen"] };

const address: Meaning = { routers: ["ingress"], instead: { service: "a Service answers whatever host and path" } };

const meanings: Partial<Record<ConfigKey, Meaning>> = {
  path: address,
  pathType: address,
  routes: address,
  tls: { routers: ["ingress"], instead: { service: "a Service passes connections on as they are" } },
  ingressAnnotations: { routers: ["ingress"] },
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
  affinity: { strategies: ["canary"], instead: { replicaRatio: "a Service knows no cookies" } },
  affinityBehavior: { strategies: ["canary"] },
  affinityCookie: { strategies: ["canary"] },
  colors: color,
  activeColor: color,
  retireIdle: color,
  previewHost: {
    ...color,
    routers: ["ingress"],
    instead: { service: "sluice:previewNodePort previews behind a Service" },
  },
  previewNodePort: {
    ...color,
    routers: ["service"],
    instead: { ingress: "sluice:previewHost previews behind an Ingress" },
  },
  nodePort: { routers: ["service"] },
  nodeAddress: { routers: ["service"] },
};

/** The keys that a strategy and a router can't do without. */
const required: readonly (readonly [key: ConfigKey, needs: Meaning])[] = [
  ["stable", { strategies: ["canary", "replicaRatio"] }],
  ["colors", { strategies: ["blueGreen"] }],
  ["activeColor", { strategies: ["blueGreen"] }],
  ["host", { routers: ["ingress"] }],
];

/** The router of a stack: what it says, else the strategy's own. */
export function routerOf({ router, strategy }: Values): Router {
  return router ?? (strategy === "replicaRatio" ? "service" : "ingress");
}

/**
 * Holds the keys that are set against the stack's strategy and router: nothing is ignored in silence.
 *
 * @param given the stack's own values, before defaults.
 */
export function meaninglessKeys(given: Readonly<Record<string, unknown>>, values: Values): Problem[] {
  const router = routerOf(values);
  const { strategy } = values;
  if (strategy === "canary" && router === "service")
    return [
      {
        key: "router",
        value: router,
        allowed:
          "must be ingress under strategy canary: behind a Service alone, strategy replicaRatio splits by replicas",
      },
    ];
  if (strategy === "replicaRatio" && router === "ingress")
    return [
      {
        key: "router",
        value: router,
        allowed: "must be service under strategy replicaRatio: behind an Ingress, strategy canary splits by weight",
      },
    ];
  const meaningless = Object.keys(meanings)
    .filter((key) => given[key] !== undefined)
    .flatMap((key) => whyMeaningless(key as ConfigKey, given[key], strategy, router));
  const missing = required
    .filter(([key, needs]) => holds(needs, strategy, router) && values[key] === undefined)
    .map(([key, { strategies }]) => ({
      key,
      value: undefined,
      allowed: `must be set under ${strategies ? `strategy ${strategy}` : `router ${router}`}`,
    }));
  return [...meaningless, ...missing];
}

function whyMeaningless(key: ConfigKey, value: unknown, strategy: Strategy, router: Router): Problem[] {
  const { strategies, routers, instead } = meanings[key] ?? {};
  const where =
    strategies && !strategies.includes(strategy)
      ? { name: strategy, words: `strategy ${strategy}` }
      : routers && !routers.includes(router)
        ? { name: router, words: `router ${router}` }
        : undefined;
  if (!where) return [];
  const reason = instead?.[where.name];
  return [{ key, value, allowed: `has no meaning under ${where.words}${reason ? ` (${reason})` : ""}: remove it` }];
}

function holds({ strategies, routers }: Meaning, strategy: Strategy, router: Router): boolean {
  return (strategies?.includes(strategy) ?? true) && (routers?.includes(router) ?? true);
}
