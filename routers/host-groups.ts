import type { Route } from "../traffic/plan";

/** The hosts of a plan that share their paths, and whether they are served by TLS. */
export interface HostGroup {
  readonly hosts: readonly string[];
  readonly routes: readonly Pick<Route, "path" | "pathType">[];
  readonly tls: boolean;
}

/** The routes of a plan by host: hosts with the same paths share an object. */
export function hostGroups(routes: readonly Route[]): HostGroup[] {
  const groups = new Map<string, HostGroup>();
  for (const host of new Set(routes.map((route) => route.host))) {
    const own = routes.filter((route) => route.host === host);
    const paths = own.map(({ path, pathType }) => ({ path, pathType }));
    const tls = own.some((route) => route.tls === true);
    const key = JSON.stringify([tls, paths]);
    groups.set(key, { hosts: [...(groups.get(key)?.hosts ?? []), host], routes: paths, tls });
  }
  return [...groups.values()];
}
