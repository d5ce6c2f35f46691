import { routeRequest, type TrafficRequest } from "./model";
import type { CanaryPlan, BlueGreenPlan } from "./plan";
import { samplesOf } from "./samples";

/** A request whose answer a plan decides alone, without chance. */
export interface Comparison {
  /** The request in plain English: `GET www.test.com/shop, Region: shenzhen`. */
  readonly title: string;
  readonly request: TrafficRequest;
  /** The version that serves it by the plan; nothing if no rule matches. */
  readonly version?: string;
}

/**
 * Requests around every rule of a plan, to compare two routers: at its hosts and paths and just
 * beside them, with each rule's header and cookie as it is, nearly, and not at all.
 */
export function comparisonsOf(plan: CanaryPlan | BlueGreenPlan): Comparison[] {
  const headers = headersAround(plan);
  const cookies = cookiesAround(plan);
  const requests = placesAround(plan).flatMap((place) =>
    headers.flatMap((header) => cookies.map((sent) => ({ ...place, headers: header, cookies: sent }))),
  );
  const byTitle = new Map(requests.map((request) => [titleOf(request), request]));
  return [...byTitle].flatMap(([title, request]) => {
    const { shares } = routeRequest(plan, request);
    const versions = Object.keys(shares);
    // If a weight decides, a single answer shows nothing.
    return versions.length > 1 ? [] : [{ title, request, version: versions[0] }];
  });
}

function placesAround({ routes }: CanaryPlan | BlueGreenPlan): Pick<TrafficRequest, "host" | "path">[] {
  const places = routes.flatMap(({ host: named, path }) => {
    const host = named.replace(/^\*/, "any");
    const folder = path.endsWith("/") ? path : `${path}/`;
    return [path, `${folder}deeper`, `${folder}a/b.css?v=1`, `${path}x`, "/nowhere"].map((asked) => ({
      host,
      path: asked,
    }));
  });
  return [...places, { host: "unknown.invalid", path: "/" }];
}

function headersAround(plan: CanaryPlan | BlueGreenPlan): Record<string, string>[] {
  const rule = plan.strategy === "canary" ? plan.canary?.header : undefined;
  if (!rule) return [{}];
  const chosen = samplesOf(plan).flatMap(({ request }) => Object.values(request.headers ?? {}));
  const near = chosen.flatMap((value) => [value, `${value}x`, `x${value}`, value.toUpperCase()]);
  const sent = [...new Set([...near, "always", "never", "maybe"])];
  return [{}, ...sent.map((value) => ({ [rule.name]: value })), { [rule.name.toLowerCase()]: chosen[0] ?? "always" }];
}

function cookiesAround(plan: CanaryPlan | BlueGreenPlan): Record<string, string>[] {
  const name = plan.strategy === "canary" ? plan.canary?.cookie : undefined;
  if (name === undefined) return [{}];
  return [
    {},
    ...["always", "never", "maybe", "alwaysx"].map((value) => ({ [name]: value })),
    { other: "1", [name]: "always" },
    { [`x${name}`]: "always" },
  ];
}

function titleOf({ host, path, headers = {}, cookies = {} }: TrafficRequest): string {
  const sent = Object.entries(headers).map((pair) => pair.join(": "));
  const kept = Object.entries(cookies).map((pair) => pair.join("="));
  return [`GET ${host}${path}`, ...sent, ...(kept.length > 0 ? [`Cookie: ${kept.join("; ")}`] : [])].join(", ");
}
