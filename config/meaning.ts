import { ruleRouters } from "../traffic/plan";
import { wrongOnes } from "./wrong";
import { isMap } from "../values/is-map";
import { groups } from "./own-values";
import type { Problem } from "./problems";
import type { ConfigKey, GivenValues, Values } from "./schema";

type Strategy = Values["strategy"];
type Router = NonNullable<Values["router"]>;
type Group = (typeof groups)[number];

/** A key of a stack, or one in a group of keys: `route.tls`. */
export type KeyPath = ConfigKey | { [Key in Group]: `${Key}.${keyof NonNullable<GivenValues[Key]> & string}` }[Group];

/**
 * The keys that say nothing to a router, each with what does the same there, or `null` where nothing does. What is said of a
 * group holds for the keys in it, unless they are there themselves.
 */
export type UnknownKeys = Readonly<Partial<Record<KeyPath, string | null>>>;

/** The keys that choose the users of a canary. */
export const canaryUserKeys = [
  "canaryWeight",
  "weightTotal",
  "headerMatch",
  "cookieMatch",
  "clientMatch",
  "mirrorPercent",
] as const;

/** Under which strategies a key has a meaning, where not under all, and what to do instead, by strategy. */
type Meaning = readonly [strategies: readonly Strategy[], instead?: Partial<Record<Strategy, string>>];

const atOnce = "sluice:activeColor moves all traffic at once";
const rule: Meaning = [["canary"], { blueGreen: atOnce, replicaRatio: "a Service can't look into requests" }];
const weight: Meaning = [
  ["canary"],
  { blueGreen: atOnce, replicaRatio: "the share is the ratio of the versions' replicas" },
];
const color: Meaning = [["blueGreen"]];

const meanings: Partial<Record<KeyPath, Meaning>> = {
  stable: [["canary", "replicaRatio"], { blueGreen: "sluice:colors and sluice:activeColor name the versions" }],
  canary: [["canary", "replicaRatio"], { blueGreen: "the idle color of sluice:colors is the one on trial" }],
  canaryWeight: weight,
  weightTotal: weight,
  headerMatch: rule,
  cookieMatch: rule,
  clientMatch: [["canary"]],
  mirrorPercent: [["canary"]],
  affinity: [["canary"], { replicaRatio: "a Service knows no cookies" }],
  colors: color,
  activeColor: color,
  retireIdle: color,
  "route.previewHost": color,
  "service.previewNodePort": color,
  migration: [["canary", "blueGreen"]],
  workloads: [["canary", "blueGreen"], { replicaRatio: "a Service leads to one workload" }],
};

/** The keys that a strategy can't do without. */
const required: Readonly<Record<Strategy, readonly ConfigKey[]>> = {
  canary: ["stable"],
  blueGreen: ["colors", "activeColor"],
  replicaRatio: ["stable"],
};

/** The router of a stack: what it says, else the strategy's own. */
export function routerOf({ router, strategy }: Pick<Values, "router" | "strategy">): Router {
  return router ?? (strategy === "replicaRatio" ? "service" : "ingress");
}

/**
 * Holds the keys that are set against the stack's strategy and router: nothing is ignored in silence.
 *
 * @param given the stack's own values, before defaults.
 * @param unknown what the stack's router doesn't read.
 */
export function meaninglessKeys(
  given: Readonly<Record<string, unknown>>,
  values: Values,
  unknown: UnknownKeys,
): Problem[] {
  const router = routerOf(values);
  const { strategy } = values;
  const others = `${ruleRouters.slice(0, -1).join(", ")} or ${ruleRouters.at(-1)}`;
  const misled = wrongOnes(values, [
    [
      "router",
      strategy === "canary" && router === "service",
      `must be ${others} under strategy canary: behind a Service alone, strategy replicaRatio splits by replicas`,
      router,
    ],
    [
      "router",
      strategy === "replicaRatio" && router !== "service",
      "must be service under strategy replicaRatio: behind any other router, strategy canary splits by weight",
      router,
    ],
  ]);
  if (misled.length > 0) return misled;
  const meaningless = givenPaths(given).flatMap(([key, value]) => {
    const why = whyMeaningless(key, strategy, router, unknown);
    return why === undefined ? [] : [{ key, value, allowed: `has no meaning under ${why}: remove it` }];
  });
  return [
    ...meaningless,
    ...wrongOnes(values, [
      ...required[strategy].map(
        (key) => [key, values[key] === undefined, `must be set under strategy ${strategy}`] as const,
      ),
      ["host", router !== "service" && values.host === undefined, `must be set under router ${router}`],
    ]),
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

function whyMeaningless(path: KeyPath, strategy: Strategy, router: Router, unknown: UnknownKeys): string | undefined {
  const [group] = path.split(".") as [KeyPath];
  const [strategies, instead] = meanings[path] ?? meanings[group] ?? [];
  const because = (reason: string | null | undefined) => (reason ? ` (${reason})` : "");
  if (strategies && !strategies.includes(strategy)) return `strategy ${strategy}${because(instead?.[strategy])}`;
  const said = path in unknown ? unknown[path] : unknown[group];
  return said === undefined ? undefined : `router ${router}${because(said)}`;
}
