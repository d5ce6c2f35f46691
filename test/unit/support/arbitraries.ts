import fc from "fast-check";
import { placeOf } from "../../../config/contradictions/addresses";
import type { TrafficRequest } from "../../../traffic/model";
import { compilePattern } from "../../../traffic/pattern";
import type {
  Affinity,
  BlueGreenPlan,
  CanaryPlan,
  CanaryTrial,
  HeaderRule,
  Route,
  RuleRouter,
} from "../../../traffic/plan";
import type { RawConfig } from "./stacks";

/** What of a plan a test needs held; everything else is arbitrary. */
export interface PlanBounds {
  /** The routes, for example those that a cluster answers at; one to three arbitrary ones by default. */
  readonly routes?: readonly Route[];
  /** False for plans without stickiness, as requests one by one are decided; true by default. */
  readonly affinity?: boolean;
  /** The plan's router, which bounds what a plan can say; `ingress` by default. */
  readonly router?: RuleRouter;
}

/** Of a request what the controllers read differently is left out: cookies' names in another case, and affinity. */
export interface RequestBounds {
  readonly portable?: boolean;
}

const versionNames = fc.constantFrom("v1", "v2", "v10", "stable", "next-gen", "2024");
const valueWord = fc.stringMatching(/^[-._~a-zA-Z0-9/:]{1,12}$/);
const headerNames = fc.oneof(
  fc.constantFrom("Region", "X-Canary", "x-user-group"),
  // Never a header that the controller sets itself, or one of the noise below.
  fc.stringMatching(/^X-[a-zA-Z0-9]{1,8}$/).filter((name) => !/^x-(real|scheme|request|forwarded|other)/i.test(name)),
);
const takenCookies = ["session", "lang", "stay", "ingresscookie"];
const cookieNames = fc.oneof(
  fc.constantFrom("user_from_shenzhen", "trial"),
  fc.stringMatching(/^[a-zA-Z][-._~a-zA-Z0-9]{0,9}$/).filter((name) => !takenCookies.includes(name.toLowerCase())),
);

/** Patterns that PCRE, JavaScript and Go read alike. */
const patterns = fc.oneof(
  fc.constantFrom("shenzhen", "^shen", "zhen$", "^(shen|guang)zhen$", "^[b-d]+$", "\\d{3}", "(?i)^beijing", "a.c", "."),
  fc.stringMatching(/^[a-z]{1,3}$/),
);

/** Header rules of all three kinds, as a stack may have them. */
export const headerRules: fc.Arbitrary<HeaderRule> = fc.oneof(
  fc.record({ name: headerNames, value: fc.oneof(valueWord, fc.constantFrom("always", "never", "shenzhen", "a b")) }),
  fc.record({ name: headerNames, pattern: patterns }),
  fc.record({ name: headerNames }),
);

/** Canaries of any weight, with and without rules. */
export function trials(version: fc.Arbitrary<string> = fc.constant("v2")): fc.Arbitrary<CanaryTrial> {
  const weights = fc
    .oneof(
      { weight: 3, arbitrary: fc.constant(100) },
      fc.constantFrom(101, 200, 1000),
      fc.integer({ min: 100, max: 1_000_000 }),
    )
    .chain((weightTotal) =>
      fc.record({
        weight: fc.oneof(fc.constantFrom(0, weightTotal), fc.integer({ min: 0, max: weightTotal })),
        weightTotal: fc.constant(weightTotal),
      }),
    );
  const rules = fc.record({ header: headerRules, cookie: cookieNames }, { requiredKeys: [] });
  return fc
    .record({ version, weights, rules })
    .map(({ weights, rules, ...name }) => ({ ...name, ...weights, ...rules }));
}

const pathTypes = fc.constantFrom("Exact" as const, "Prefix" as const, "ImplementationSpecific" as const);
const hosts = fc.constantFrom("www.test.com", "api.test.com", "*.test.com", "shop.example.org", "a-b.c");
const paths = fc.constantFrom("/", "/shop", "/shop/", "/shop/cart", "/v1.0/a_b-c");
const routeLists = fc.uniqueArray(fc.record<Route>({ host: hosts, path: paths, pathType: pathTypes }), {
  minLength: 1,
  maxLength: 3,
  selector: placeOf,
});

/** Those that Gateway API and Istio can express: no wildcards, and of an exact path no `/` at its end. */
const portableRoutes = fc
  .uniqueArray(fc.record<Route>({ host: hosts, path: paths, pathType: pathTypes }), {
    minLength: 1,
    maxLength: 4,
    selector: placeOf,
  })
  .map((routes) =>
    routes
      .filter(({ host, path, pathType }) => !host.startsWith("*") && (pathType !== "Exact" || !/.\/$/.test(path)))
      .concat({ host: "www.test.com", path: "/last", pathType: "Prefix" }),
  );

const clientRanges = fc.constantFrom("10.0.0.0/8", "192.168.4.0/22", "203.0.113.7/32", "198.51.100.128/25");

/** Plans with a canary that a stack's config can come to; see {@link configOf}. */
export function canaryPlans({
  routes,
  affinity = true,
  router = "ingress",
}: PlanBounds = {}): fc.Arbitrary<CanaryPlan> {
  const anyRoutes = router === "ingress" ? routeLists : portableRoutes;
  const pairs = fc.uniqueArray(versionNames, { minLength: 2, maxLength: 2 }) as unknown as fc.Arbitrary<
    [string, string]
  >;
  return pairs.chain(([stable, canary]) => {
    const isOwn = router !== "ingress";
    const stickiness: fc.Arbitrary<Affinity> = fc.record({
      cookie: fc.constantFrom("INGRESSCOOKIE", "Stay"),
      behavior: isOwn ? fc.constant("sticky" as const) : fc.constantFrom("sticky" as const, "legacy" as const),
      keys: fc.constant(
        isOwn ? { [stable]: stable, [canary]: canary } : { [stable]: "0123abcd", [canary]: "4567cdef" },
      ),
    });
    const clients = fc.option(fc.uniqueArray(clientRanges, { minLength: 1, maxLength: 2 }), { nil: undefined });
    const trial = trials(fc.constant(canary));
    const plans = fc.record<CanaryPlan, "strategy" | "router" | "routes" | "stable" | "canary">(
      {
        strategy: fc.constant("canary"),
        router: fc.constant(router),
        routes: routes ? fc.constant(routes) : anyRoutes,
        stable: fc.constant(stable),
        canary: router === "istio" ? fc.tuple(trial, clients).map(([one, its]) => ({ ...one, clients: its })) : trial,
        ...(affinity && router !== "gateway" && { affinity: stickiness }),
      },
      { requiredKeys: ["strategy", "router", "routes", "stable", "canary"] },
    );
    // Plain objects, as a config's plan is made of: fast-check's own may have no prototype.
    return plans.map((plan) => structuredClone(plan));
  });
}

/** Blue-green plans behind Ingresses, with and without a preview, idle colors of every kind. */
export const blueGreenPlans: fc.Arbitrary<BlueGreenPlan> = fc.record(
  {
    strategy: fc.constant("blueGreen" as const),
    router: fc.constant("ingress" as const),
    routes: routeLists,
    colors: fc.constant({ blue: "v1", green: "v2" }),
    activeColor: fc.constantFrom("blue" as const, "green" as const),
    retireIdle: fc.constantFrom("keep" as const, "scaleDown" as const, "remove" as const),
    preview: fc.constant<Route>({ host: "preview.test.com", path: "/", pathType: "Prefix" }),
  },
  { requiredKeys: ["strategy", "router", "routes", "colors", "activeColor", "retireIdle"] },
);

/** The keys of a stack that come to a plan; the digests of its affinity are the stack's own affair. */
export function configOf({ router, routes, stable, canary, affinity }: CanaryPlan): RawConfig {
  const [first, ...more] = routes.map(({ host, path, pathType }) => ({ host, path, pathType }));
  return {
    "sluice:host": first?.host,
    "sluice:path": first?.path,
    "sluice:route": { pathType: first?.pathType, more },
    "sluice:stable": stable,
    "sluice:canary": canary?.version,
    "sluice:canaryWeight": canary?.weight,
    "sluice:weightTotal": canary?.weightTotal,
    "sluice:headerMatch": canary?.header,
    "sluice:cookieMatch": canary?.cookie,
    ...(router !== "ingress" && { "sluice:router": router }),
    ...(canary?.clients && { "sluice:clientMatch": canary.clients }),
    ...(affinity && {
      "sluice:affinity": {
        ...{ mode: "cookie", cookie: affinity.cookie },
        ...(router === "ingress" && { behavior: affinity.behavior }),
      },
    }),
  };
}

/** Requests that fall under a plan's routes and, more often than not, are decided by one of its rules. */
export function requestsFor(plan: CanaryPlan, bounds: RequestBounds = {}): fc.Arbitrary<TrafficRequest> {
  const place = fc.constantFrom(...plan.routes).chain((route) =>
    fc.record({
      host: fc.constant(route.host.replace(/^\*/, "any")),
      path: route.pathType === "Exact" ? fc.constant(route.path) : pathsBelow(route.path),
    }),
  );
  return fc
    .record({ place, headers: headersFor(plan), cookies: cookiesFor(plan, bounds), inHeader: fc.boolean() })
    .map(({ place, headers, cookies, inHeader }) => {
      if (Object.keys(cookies).length === 0 || !inHeader) return { ...place, headers, cookies };
      const Cookie = Object.entries(cookies)
        .map(([name, value]) => `${name}=${value}`)
        .join("; ");
      return { ...place, headers: { ...headers, Cookie } };
    });
}

function pathsBelow(path: string): fc.Arbitrary<string> {
  const folder = path.endsWith("/") ? path : `${path}/`;
  return fc.constantFrom(path, folder, `${folder}a/b`, `${path}?a=b`);
}

/** The rule's header in any case, with a value that decides or one that does not, and headers that nobody asks for. */
function headersFor({ canary }: CanaryPlan): fc.Arbitrary<Record<string, string>> {
  const others = fc.dictionary(fc.constantFrom("Accept", "X-Other"), valueWord, { maxKeys: 1 });
  const noise = canary?.clients
    ? fc.tuple(others, clientHeader).map(([some, sent]) => ({ ...some, "X-Forwarded-For": sent }))
    : others;
  const header = canary?.header;
  if (!header) return noise;
  const values = fc.oneof({ weight: 2, arbitrary: decisive(header) }, fc.constantFrom("always", "never"), valueWord);
  const sent = fc.record({ name: anyCase(header.name), value: values }).map(({ name, value }) => ({ [name]: value }));
  const maybe = fc.oneof({ weight: 3, arbitrary: sent }, fc.constant({}));
  return fc.record({ noise, maybe }).map((both) => ({ ...both.noise, ...both.maybe }));
}

/** Addresses on a request's way: the last one is what the way in has seen. */
const clientHeader = fc
  .array(fc.constantFrom("10.1.2.3", "192.168.7.255", "192.168.8.0", "203.0.113.7", "198.51.100.127", "unknown"), {
    minLength: 1,
    maxLength: 3,
  })
  .chain((hops) => fc.constantFrom(", ", ",").map((comma) => hops.join(comma)));

/** The value or one that the pattern matches; `always` and `never` where the rule has neither. */
function decisive({ name, value, pattern }: HeaderRule): fc.Arbitrary<string> {
  if (value !== undefined) return fc.constant(value);
  if (pattern === undefined) return fc.constantFrom("always", "never");
  const examples = ["shenzhen", "guangzhen", "shen", "bcd", "123", "BeiJing", "abc", pattern];
  const fitting = examples.filter((example) => compilePattern(pattern)?.test(example));
  return fitting.length > 0 ? fc.constantFrom(...fitting) : fc.constant(name);
}

function cookiesFor(plan: CanaryPlan, { portable = false }: RequestBounds): fc.Arbitrary<Record<string, string>> {
  const { canary, affinity } = plan;
  const values = fc.oneof(
    { weight: 3, arbitrary: fc.constantFrom("always", "never") },
    fc.constantFrom("yes", "Always", ""),
  );
  const rule =
    canary?.cookie === undefined ? undefined : portable ? fc.constant(canary.cookie) : anyCase(canary.cookie);
  const sticks =
    affinity && !portable
      ? fc
          .constantFrom(...Object.values(affinity.keys), "another")
          .map((key) => ({ [affinity.cookie]: `1.2.3|${key}` }))
      : fc.constant({});
  const parts = fc.record({
    noise: fc.dictionary(fc.constantFrom("session", "lang"), valueWord, { maxKeys: 1 }),
    sticks: fc.oneof({ weight: 2, arbitrary: fc.constant({}) }, sticks),
    rule: rule
      ? fc.oneof(
          fc.record({ rule, values }).map(({ rule: name, values: value }) => ({ [name]: value })),
          fc.constant({}),
        )
      : fc.constant({}),
  });
  return parts.map(({ noise, sticks, rule }) => ({ ...noise, ...sticks, ...rule }));
}

function anyCase(name: string): fc.Arbitrary<string> {
  return fc.constantFrom(name, name.toLowerCase(), name.toUpperCase());
}

/** A plan with a request for it. */
export function plansWithRequests(
  bounds: PlanBounds & RequestBounds = {},
): fc.Arbitrary<readonly [plan: CanaryPlan, request: TrafficRequest]> {
  return canaryPlans(bounds).chain((plan) => requestsFor(plan, bounds).map((request) => [plan, request] as const));
}
