import assert from "node:assert/strict";
import { parseStackConfig } from "../../../config";
import { routeObjects } from "../../../routers/routers";
import type { RouteObject } from "../../../routers/router";
import { gatewayStack, onlyProblemOf, type RawConfig } from "../support/stacks";

interface RouteSpec {
  readonly hostnames: readonly string[];
  readonly rules: readonly { readonly matches?: readonly { readonly path: { readonly value: string } }[] }[];
}

const canary = { "sluice:canary": "v2", "sluice:canaryWeight": 10 };
const rules = { "sluice:headerMatch": { name: "X-Canary" }, "sluice:cookieMatch": "trial" };
const many = <T>(count: number, make: (index: number) => T) => Array.from({ length: count }, (_, index) => make(index));

function routesOf(changes: RawConfig): (RouteObject & { readonly spec: RouteSpec })[] {
  const config = parseStackConfig(gatewayStack({ ...canary, ...changes }));
  const objects = routeObjects({ config, plan: config.plan, title: "nginx" });
  return objects.filter(({ kind }) => kind === "HTTPRoute") as never;
}

describe("HTTPRoutes of many addresses", () => {
  it("have at most 16 hosts each, and all of them together", () => {
    const routes = routesOf({ "sluice:route": { more: many(33, (index) => ({ host: `tenant${index}.test.com` })) } });
    assert.deepEqual(
      routes.map(({ spec }) => spec.hostnames.length),
      [16, 16, 2],
    );
    assert.equal(new Set(routes.flatMap(({ spec }) => spec.hostnames)).size, 34);
    assert.equal(new Set(routes.map(({ metadata }) => metadata.name)).size, 3);
  });

  it("have at most 64 matches a rule and 128 in all, each path by all rules of the plan", () => {
    const paths = { "sluice:route": { more: many(150, (index) => ({ path: `/p${index}` })) } };
    const routes = routesOf({ ...paths, ...rules });
    const pathsOf = ({ spec }: { spec: RouteSpec }) =>
      spec.rules.map(({ matches = [] }) => matches.map(({ path }) => path.value));
    for (const route of routes) {
      const [first = [], ...others] = pathsOf(route);
      for (const other of others) assert.deepEqual(other, first);
      assert.ok(first.length <= 64 && pathsOf(route).flat().length <= 128);
    }
    assert.equal(new Set(routes.flatMap((route) => pathsOf(route)[0] ?? [])).size, 151);
    assert.equal(new Set(routes.map(({ metadata }) => metadata.name)).size, routes.length);
    // A rule more or less moves no path to another object.
    assert.deepEqual(
      routesOf(paths).map((route) => pathsOf(route)[0]),
      routes.map((route) => pathsOf(route)[0]),
    );
  });

  it("redirect plain requests of a host once", () => {
    const tls = [{ secretName: "test", hosts: ["www.test.com"] }];
    const routes = routesOf({ "sluice:route": { more: many(40, (index) => ({ path: `/p${index}` })), tls } });
    assert.equal(routes.filter(({ metadata }) => metadata.name.endsWith("-redirect")).length, 1);
  });

  it("are refused where a Gateway would need more than 64 listeners", () => {
    const hosts = many(64, (index) => `tenant${index}.test.com`);
    const problem = onlyProblemOf(
      gatewayStack({
        "sluice:route": { more: hosts.map((host) => ({ host })), tls: [{ secretName: "test", hosts }] },
      }),
    );
    assert.equal(problem.key, "route.tls");
    assert.match(problem.allowed, /at most 63 hosts/);
  });
});
