import assert from "node:assert/strict";
import type { PathType, Route } from "../../../traffic/plan";
import { findRoute, isRefused } from "../../../traffic/routes";

/** The path of the route that is found, or in words why there is none. */
function found(routes: readonly Route[], host: string, path = "/"): string {
  const route = findRoute(routes, host, path);
  return typeof route === "string" ? route : `${route.host}${route.path}`;
}

function route(host: string, path = "/", pathType: PathType = "Prefix"): Route {
  return { host, path, pathType };
}

describe("findRoute by host", () => {
  const routes = [route("www.test.com")];

  for (const host of ["www.test.com", "WWW.Test.com", "www.test.com:8080", "www.test.com.", "www.test.com.:80"])
    it(`finds www.test.com for ${host}`, () => assert.equal(found(routes, host), "www.test.com/"));

  for (const host of ["test.com", "www.test.com.cn", "xwww.test.com", "a.www.test.com", "", "www.test.com.."])
    it(`finds nothing for "${host}"`, () => assert.equal(found(routes, host), `no rule for host ${host}`));

  const wildcard = [route("*.test.com")];
  for (const host of ["www.test.com", "API.test.com", "a-b.test.com:80"])
    it(`takes ${host} for the one label of *.test.com`, () => assert.equal(found(wildcard, host), "*.test.com/"));

  for (const host of ["test.com", "a.b.test.com", ".test.com"])
    it(`does not take ${host} for *.test.com`, () => assert.equal(found(wildcard, host), `no rule for host ${host}`));

  it("asks the exact name before the wildcard, in whatever order they stand", () => {
    const both = [route("*.test.com"), route("www.test.com")];
    for (const routes of [both, [...both].reverse()]) {
      assert.equal(found(routes, "www.test.com"), "www.test.com/");
      assert.equal(found(routes, "api.test.com"), "*.test.com/");
    }
  });

  it("never falls through from the exact name's server to the wildcard's paths", () => {
    const routes = [route("www.test.com", "/shop"), route("*.test.com", "/")];
    assert.equal(found(routes, "www.test.com", "/cart"), "no rule for path /cart of host www.test.com");
    assert.equal(found(routes, "api.test.com", "/cart"), "*.test.com/");
  });
});

describe("findRoute by path", () => {
  const cases: [PathType, string, string, boolean][] = [
    ["Prefix", "/", "/anything/at/all", true],
    ["Prefix", "/foo", "/foo", true],
    ["Prefix", "/foo", "/foo/", true],
    ["Prefix", "/foo", "/foo/bar", true],
    ["Prefix", "/foo", "/foobar", false],
    ["Prefix", "/foo", "/Foo", false],
    ["Prefix", "/foo", "/", false],
    ["Prefix", "/foo/", "/foo", true],
    ["Prefix", "/foo/", "/foobar", false],
    ["Prefix", "/foo/bar", "/foo", false],
    ["Exact", "/foo", "/foo", true],
    ["Exact", "/foo", "/foo/", false],
    ["Exact", "/foo", "/foo/bar", false],
    ["Exact", "/foo/", "/foo/", true],
    ["Exact", "/", "/", true],
    ["Exact", "/", "/foo", false],
    ["ImplementationSpecific", "/foo", "/foo", true],
    ["ImplementationSpecific", "/foo", "/foo/bar", true],
    ["ImplementationSpecific", "/foo", "/foobar", false],
    ["ImplementationSpecific", "/foo", "/fo", false],
    ["ImplementationSpecific", "/foo/", "/foobar", false],
  ];
  for (const [pathType, path, asked, isServed] of cases)
    it(`${pathType} ${path} ${isServed ? "serves" : "does not serve"} ${asked}`, () =>
      assert.equal(
        typeof findRoute([route("www.test.com", path, pathType)], "www.test.com", asked) !== "string",
        isServed,
      ));

  it("takes an exact path before a prefix, and the longer prefix before the shorter", () => {
    const routes = [
      route("www.test.com", "/"),
      route("www.test.com", "/foo/bar"),
      route("www.test.com", "/foo"),
      route("www.test.com", "/foo/bar/baz", "Exact"),
    ];
    for (const all of [routes, [...routes].reverse()]) {
      assert.equal(found(all, "www.test.com", "/foo/bar/baz"), "www.test.com/foo/bar/baz");
      assert.equal(found(all, "www.test.com", "/foo/bar/baz/"), "www.test.com/foo/bar");
      assert.equal(found(all, "www.test.com", "/foo/ba"), "www.test.com/foo");
      assert.equal(found(all, "www.test.com", "/fo"), "www.test.com/");
    }
  });

  it("takes an exact path before a prefix of the same text", () => {
    const both = [route("www.test.com", "/foo"), route("www.test.com", "/foo", "Exact")];
    for (const all of [both, [...both].reverse()]) {
      assert.equal((findRoute(all, "www.test.com", "/foo") as Route).pathType, "Exact");
      assert.equal((findRoute(all, "www.test.com", "/foo/") as Route).pathType, "Prefix");
    }
  });

  it("finds the route itself, with all that it says", () => {
    const secured: Route = { ...route("www.test.com"), tls: true };
    assert.equal(findRoute([secured], "www.test.com", "/"), secured);
  });
});

describe("findRoute by a path as nginx reads it", () => {
  const served: [string, string][] = [
    ["/foo?a=/b", "a query"],
    ["/foo?", "an empty query"],
    ["/foo#part", "a fragment"],
    ["/%66oo", "an encoded letter"],
    ["//foo", "two slashes"],
    ["/./foo", "one dot"],
    ["/bar/../foo", "two dots"],
    ["/bar/baz/../../foo", "two dots twice"],
    ["/bar%2F..%2Ffoo", "encoded slashes"],
    ["/%2e%2e/foo", "encoded dots"],
  ];
  const exact = [route("www.test.com", "/foo", "Exact")];
  for (const [path, what] of served)
    it(`reads ${path} with ${what} as /foo`, () =>
      assert.equal(found(exact, "www.test.com", path), "www.test.com/foo"));

  for (const path of ["/foo/", "/foo/.", "/foo//", "/foo/bar/..", "/foo%3Fa=b", "/foo%20", "/foo/../", "/fo%"])
    it(`does not read ${path} as /foo`, () =>
      assert.equal(found(exact, "www.test.com", path), `no rule for path ${path} of host www.test.com`));

  it("keeps the slash behind which a folder ends", () => {
    const folder = [route("www.test.com", "/foo/", "Exact")];
    for (const path of ["/foo/", "/foo/.", "/foo//", "/foo/bar/..", "/foo/bar/../"])
      assert.equal(found(folder, "www.test.com", path), "www.test.com/foo/");
  });

  it("reads what leads out of a prefix as leading out of it", () => {
    const admin = [route("www.test.com", "/public")];
    assert.equal(
      found(admin, "www.test.com", "/public/../admin"),
      "no rule for path /public/../admin of host www.test.com",
    );
  });
});

describe("isRefused", () => {
  for (const path of [
    "/..",
    "/../foo",
    "/foo/../../bar",
    "/%2e%2e/foo",
    "/foo/%2E%2E/..",
    "/a%",
    "/a%2",
    "/a%zz",
    "/a%00",
  ])
    it(`is true for ${path}, which nginx answers by 400`, () => assert.equal(isRefused(path), true));

  for (const path of [
    "/",
    "/foo/..",
    "/foo/../bar",
    "/a/b/../..",
    "//..a",
    "/...",
    "/a%20b",
    "/%E6%B7%B1",
    "/?a=%",
    "/a#/../..",
  ])
    it(`is false for ${path}`, () => assert.equal(isRefused(path), false));
});
