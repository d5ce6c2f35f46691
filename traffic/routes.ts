import type { Route } from "./plan";

/**
 * The route that a request falls under, as nginx finds it: first the host's server, the exact name before the wildcard,
 * then the longest path of that server; another server's paths are not asked.
 *
 * @returns the route, or in plain English why there is none.
 */
export function findRoute(routes: readonly Route[], host: string, path: string): Route | string {
  const asked = host.replace(/:\d+$/, "").replace(/\.$/, "").toLowerCase();
  const exact = routes.filter((route) => route.host.toLowerCase() === asked);
  // `*.` stands for one label, as networking.k8s.io/v1 defines it: *.foo.com matches bar.foo.com, not foo.com.
  const wildcard = routes.filter((route) => route.host.toLowerCase() === asked.replace(/^[^.]+/, "*"));
  const server = exact.length > 0 ? exact : wildcard;
  if (server.length === 0) return `no rule for host ${host}`;
  const normal = normalPath(path);
  const found = server
    .filter((route) => pathMatches(route, normal))
    .sort((left, right) => rank(right) - rank(left) || right.path.length - left.path.length)[0];
  return found ?? `no rule for path ${path} of host ${host}`;
}

function rank({ pathType }: Route): number {
  return pathType === "Exact" ? 1 : 0;
}

function pathMatches({ path, pathType }: Route, asked: string): boolean {
  // nginx sends a path on to the same with / behind it (301) where only that one has a location.
  if (path === `${asked}/`) return true;
  if (pathType === "Exact") return asked === path;
  // By whole elements, as networking.k8s.io/v1 defines Prefix: /foo matches /foo and /foo/bar, not /foobar. The controller
  // takes ImplementationSpecific for Prefix (`SetDefaultNGINXPathType` in internal/k8s/main.go of ingress-nginx v1.15.1).
  const prefix = path.endsWith("/") ? path : `${path}/`;
  return `${asked}/`.startsWith(prefix);
}

/** True if nginx answers 400, whatever the rules: the path leads above `/`, or its `%` stands for nothing. */
export function isRefused(path: string): boolean {
  let depth = 0;
  const leadsAbove = elementsOf(path).some((element) => {
    depth += element === ".." ? -1 : isNothing(element) ? 0 : 1;
    return depth < 0;
  });
  return leadsAbove || /%00|%(?![0-9a-f]{2})/i.test(withoutQuery(path));
}

/** The path as nginx compares it: without the query, decoded, `.` and `..` resolved, slashes merged. */
function normalPath(path: string): string {
  const elements: string[] = [];
  const all = elementsOf(path);
  for (const element of all)
    if (element === "..") elements.pop();
    else if (!isNothing(element)) elements.push(element);
  const last = all.at(-1) ?? "";
  const endsInFolder = isNothing(last) || last === "..";
  return `/${elements.join("/")}${endsInFolder && elements.length > 0 ? "/" : ""}`;
}

function isNothing(element: string): boolean {
  return element === "" || element === ".";
}

function elementsOf(path: string): string[] {
  return decoded(withoutQuery(path)).split("/").slice(1);
}

function withoutQuery(path: string): string {
  return path.replace(/[?#].*$/s, "");
}

/** Byte by byte, as nginx does it: a route's path has ASCII characters only. */
function decoded(path: string): string {
  return path.replace(/%([0-9a-f]{2})/gi, (_, byte: string) => String.fromCharCode(parseInt(byte, 16)));
}
