import type { Problem } from "./problems";
import type { ConfigKey, Values } from "./schema";

type Strategy = Values["strategy"];
type Router = NonNullable<Values["router"]>;

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

/** Those that look into requests. */
const looking: readonly Router[] = ["ingress", "gateway", "istio"];

const inAnnotations =
  "sluice:ingressAnnotations takes ingress-nginx's own: proxy-read-timeout, proxy-next-upstream-tries";

const requests: Meaning = { routers: ["gateway", "istio"], instead: { ingress: inAnnotations } };

const address: Meaning = { routers: looking, instead: { service: "a Service answers whatever host and path" } };

const noClients = "its rules can't see a client's address: only router istio's can";

const meanings: Partial<Record<ConfigKey, Meaning>> = {
  path: address,
  pathType: address,
  routes: address,
  tls: { routers: looking, instead: { service: "a Service passes connections on as they are" } },
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
  clientMatch: {
    strategies: ["canary"],
    routers: ["istio"],
    instead: { ingress: noClients, gateway: noClients },
  },
  mirrorPercent: {
    strategies: ["canary"],
    routers: ["gateway", "istio"],
    instead: { ingress: "ingress-nginx copies all requests or none, by its annotation mirror-target" },
  },
  affinity: {
    strategies: ["canary"],
    routers: ["ingress", "istio"],
    instead: {
      replicaRatio: "a Service knows no cookies",
      gateway: "Gateway API's standard channel keeps nobody with a version",
    },
  },
  affinityBehavior: { strategies: ["canary"], routers: ["ingress"] },
  affinityCookie: { strategies: ["canary"], routers: ["ingress", "istio"] },
  colors: color,
  activeColor: color,
  retireIdle: color,
  previewHost: {
    ...color,
    routers: looking,
    instead: { service: "sluice:previewNodePort previews behind a Service" },
  },
  previewNodePort: {
    ...color,
    routers: ["service"],
    instead: {
      ingress: "sluice:previewHost previews behind an Ingress",
      gateway: "sluice:previewHost previews behind a Gateway",
      istio: "sluice:previewHost previews behind a Gateway",
    },
  },
  nodePort: { routers: ["service"] },
  nodeAddress: { routers: ["service"] },
  migration: {
    strategies: ["canary", "blueGreen"],
    routers: ["ingress"],
    instead: { gateway: "it is there already", service: "a Service has no routes to take along" },
  },
  timeouts: requests,
  retries: requests,
  gateway: { routers: ["gateway"] },
  istio: { routers: ["istio"] },
  workloads: {
    strategies: ["canary", "blueGreen"],
    routers: looking,
    instead: { service: "a Service leads to one workload", replicaRatio: "a Service leads to one workload" },
  },
};

/** The keys that a strategy and a router can't do without. */
const required: readonly (readonly [key: ConfigKey, needs: Meaning])[] = [
  ["stable", { strategies: ["canary", "replicaRatio"] }],
  ["colors", { strategies: ["blueGreen"] }],
  ["activeColor", { strategies: ["blueGreen"] }],
  ["host", { routers: looking }],
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
          "must be ingress, gateway or istio under strategy canary: behind a Service alone, strategy replicaRatio splits by replicas",
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
