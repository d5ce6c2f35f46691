import { ruleRouters } from "../traffic/plan";
import type { Problem } from "./problems";
import { isMap } from "./is-map";
import { groups } from "./own-values";
import { type ConfigKey, type GivenValues, type Values } from "./schema";

type Strategy = Values["strategy"];
type Router = NonNullable<Values["router"]>;

/** Under which strategies a key has a meaning, where not under all, and what to do instead, by strategy. */
interface Meaning {
  readonly strategies: readonly Strategy[];
  readonly instead?: Partial<Record<Strategy, string>>;
}

type Group = (typeof groups)[number];

/** A key of a stack, or one in a group of keys: `route.tls`. */
export type KeyPath = ConfigKey | { [Key in Group]: `${Key}.${keyof NonNullable<GivenValues[Key]> & string}` }[Group];

/**
 * The keys that say nothing to a router, each with what does the same there, or `null` where nothing does. What is said of a
 * group holds for the keys in it, unless they are there themselves.
 */
export type UnknownKeys = Readonly<Partial<Record<KeyPath, string | null>>>;

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

const meanings: Partial<Record<KeyPath, Meaning>> = {
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
  colors: color,
  activeColor: color,
  retireIdle: color,
  "route.previewHost": color,
  "service.previewNodePort": color,
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
  const meaningless = givenPaths(given).flatMap(([path, value]) =>
    whyMeaningless(path, value, strategy, router, unknown),
  );
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

/** Every key that is set, those of a group by themselves. */
function givenPaths(given: Readonly<Record<string, unknown>>): [path: KeyPath, value: unknown][] {
  const paths = Object.entries(given).flatMap(([key, value]) => {
    const inside = (groups as readonly string[]).includes(key) && isMap(value) ? Object.entries(value) : [];
    return inside.length > 0
      ? inside.map(([child, inner]) => [`${key}.${child}`, inner] as const)
      : [[key, value] as const];
  });
  return paths.filter(([, value]) => value !== undefined) as [KeyPath, unknown][];
}

function whyMeaningless(
  path: KeyPath,
  value: unknown,
  strategy: Strategy,
  router: Router,
  unknown: UnknownKeys,
): Problem[] {
  const [group] = path.split(".") as [KeyPath];
  const { strategies, instead } = meanings[path] ?? meanings[group] ?? {};
  const tell = (where: string, reason: string | null | undefined) => [
    { key: path, value, allowed: `has no meaning under ${where}${reason ? ` (${reason})` : ""}: remove it` },
  ];
  if (strategies && !strategies.includes(strategy)) return tell(`strategy ${strategy}`, instead?.[strategy]);
  const said = path in unknown ? unknown[path] : unknown[group];
  return said === undefined ? [] : tell(`router ${router}`, said);
}
