import fc from "fast-check";
import type { TrafficRequest } from "../../../traffic/model";
import type { BlueGreenPlan, CanaryPlan, CanaryTrial, Route } from "../../../traffic/plan";
import { configOf, requestsFor, trials } from "../../unit/support/arbitraries";
import type { RawConfig } from "../../unit/support/stacks";

/** A stack's keys about traffic, for a name: it has hosts of its own, below that name. */
export type NamedConfig = (name: string) => RawConfig;

const hosts = ["www", "api", "*.any"];
const pathTypes = fc.constantFrom("Exact" as const, "Prefix" as const, "ImplementationSpecific" as const);
// A path that ends in / is asked without it in a way that Traefik doesn't share: docs/traefik.md.
const paths = fc.constantFrom("/", "/shop", "/shop/cart", "/shop/cart/v1.0", "/a_b-c");

/** One to four addresses of a plan. */
const places = fc.uniqueArray(fc.record({ prefix: fc.constantFrom(...hosts), path: paths, pathType: pathTypes }), {
  minLength: 1,
  maxLength: 4,
  selector: ({ prefix, path, pathType }) => [prefix, path, pathType === "Exact"].join(" "),
});

/** Stacks with a canary: every kind of rule, every weight, several hosts and paths. */
export const canaryConfigs: fc.Arbitrary<NamedConfig> = fc
  .record({
    places,
    versions: fc.constantFrom<string[]>(["v1", "v2"], ["v2", "v1"]),
    trial: trials(),
    isWhole: fc.boolean(),
  })
  .map(({ places, versions: [stable = "", version = ""], trial, isWhole }) => (name) => {
    const routes: Route[] = places.map(({ prefix, ...place }) => ({ ...place, host: hostOf(prefix, name) }));
    const canary = { ...(isWhole ? wholeShare(trial) : trial), version };
    return configOf({ strategy: "canary", router: "ingress", routes, stable, canary });
  });

/** All or nothing in place of a part: what each request comes to is certain, so that a single one can be judged. */
function wholeShare(trial: CanaryTrial): CanaryTrial {
  return { ...trial, weight: trial.weight * 2 > trial.weightTotal ? trial.weightTotal : 0 };
}

/** Blue-green stacks behind Ingresses, with and without a preview, and idle colors of every kind. */
export const blueGreenConfigs: fc.Arbitrary<NamedConfig> = fc
  .record({
    path: paths,
    pathType: pathTypes,
    activeColor: fc.constantFrom("blue", "green"),
    retireIdle: fc.constantFrom("keep", "keep", "scaleDown", "remove"),
    isPreviewed: fc.boolean(),
  })
  .map(({ isPreviewed, path, pathType, ...values }) => (name) => ({
    "sluice:strategy": "blueGreen",
    "sluice:host": hostOf("www", name),
    "sluice:path": path,
    "sluice:route": { pathType, ...(isPreviewed && { previewHost: hostOf("preview", name) }) },
    "sluice:colors": { blue: "v1", green: "v2" },
    "sluice:activeColor": values.activeColor,
    "sluice:retireIdle": values.retireIdle,
  }));

function hostOf(prefix: string, name: string): string {
  return `${prefix}.${name}.test`;
}

/**
 * Requests that a plan's rules decide, and requests that miss its hosts and paths.
 *
 * What Traefik is known to answer otherwise than ingress-nginx is left out; docs/traefik.md lists it, and the suite shows
 * each case by itself.
 */
export function requestsTo(plan: CanaryPlan | BlueGreenPlan): fc.Arbitrary<TrafficRequest> {
  const preview = plan.strategy === "blueGreen" ? plan.preview : undefined;
  const place = fc
    .constantFrom(...plan.routes, ...(preview ? [preview] : []))
    .chain((route) => fc.record({ host: hostsFor(route), path: pathsFor(route) }));
  if (plan.strategy === "blueGreen") return place;
  return fc
    .record({ place, request: requestsFor(plan, { portable: true }), spaces: fc.constantFrom("", "", " ", "  ") })
    .map(({ place, request, spaces }) => {
      const headers = Object.entries(request.headers ?? {}).map(([name, value]) => [name, spaces + value + spaces]);
      return { ...request, ...place, headers: Object.fromEntries(headers) as Record<string, string> };
    });
}

/** The route's host as it may be asked for; some times another one. */
function hostsFor({ host }: Route): fc.Arbitrary<string> {
  const names = host.startsWith("*") ? [host.replace("*", "x"), host.replace("*", "A-1")] : [host];
  const hits = fc
    .constantFrom(...names)
    .chain((name) => fc.constantFrom(name, name, name.toUpperCase(), `${name}:8080`, `${name}.`));
  const misses = fc.constantFrom(`x.y.${host.replace("*", "z")}`, host.replace(/^[^.]+\./, ""));
  return fc.oneof({ weight: 6, arbitrary: hits }, { weight: 1, arbitrary: misses });
}

/** The route's path, a path below it, and others. */
function pathsFor({ path }: Route): fc.Arbitrary<string> {
  const folder = path.endsWith("/") ? path : `${path}/`;
  const encoded = path.replace("shop", "s%68op");
  const hits = [path, path, folder, `${folder}x`, `${path}?q=1`, `/${path}`, `/x/..${path}`, `${folder}/x`, encoded];
  const misses = ["/other", path.toUpperCase(), `${path}x`, `${path}%20`, `${path};x`];
  return fc.oneof(
    { weight: 4, arbitrary: fc.constantFrom(...hits) },
    { weight: 1, arbitrary: fc.constantFrom(...misses) },
  );
}
