import type { Manifest } from "../../../render/manifest";
import type { RawConfig } from "../../unit/support/stacks";
import { leadTo } from "./data-plane";
import type { SentRequest } from "./data-plane-requests";

/** A request that Traefik answers otherwise than ingress-nginx. */
export interface Shown {
  /** What is asked; `/` of the difference's own host where it says nothing else. */
  readonly asked: Partial<SentRequest>;
  /** What ingress-nginx answers: a version, or a status without one. */
  readonly nginx: string;
  /** What Traefik answers. */
  readonly traefik: string;
  /** True where the model doesn't speak of it: of pods, redirects, and headers that are sent twice. */
  readonly isBeyondModel?: true;
}

/** A stack on which the two controllers differ. */
export interface Difference {
  /** The heading in docs/traefik.md. */
  readonly title: string;
  /** The stack's workload; its host is that name below `test`. */
  readonly name: string;
  readonly config: RawConfig;
  /** Another stack that the cluster has beside it. */
  readonly beside?: RawConfig;
  /** What somebody else changed in the stack's objects. */
  readonly change?: (object: Manifest) => Manifest;
  readonly shown: readonly Shown[];
}

const region = (value: string | readonly string[]) => ({ headers: { Region: value } });
const cookie = (value: string) => ({ headers: { Cookie: value } });
const byValue = { "sluice:headerMatch": { name: "Region", value: "shenzhen" } };
const byName = { "sluice:headerMatch": { name: "Region" } };
const byCookie = { "sluice:cookieMatch": "trial" };

/** Every known difference that a single request shows. */
export const differences: readonly Difference[] = [
  {
    title: "The redirect to https",
    name: "tls",
    config: { "sluice:route": { tls: [{ secretName: "absent", hosts: ["tls.test"] }] } },
    shown: [
      {
        asked: { path: "/shop/" },
        nginx: "308 https://tls.test/shop",
        traefik: "308 https://tls.test/shop/",
        isBeyondModel: true,
      },
    ],
  },
  {
    title: "A cookie's name in another case",
    name: "cookie-case",
    config: byCookie,
    shown: [{ asked: cookie("TRIAL=always"), nginx: "v2", traefik: "v1" }],
  },
  {
    title: "A cookie that is sent twice",
    name: "cookie-twice",
    config: byCookie,
    shown: [{ asked: cookie("trial=maybe; trial=always"), nginx: "v1", traefik: "v2" }],
  },
  {
    title: "Spaces and commas among cookies",
    name: "cookie-commas",
    config: byCookie,
    shown: [
      { asked: cookie("trial = always"), nginx: "v2", traefik: "v1" },
      { asked: cookie("lang=en, trial=always"), nginx: "v2", traefik: "v1" },
    ],
  },
  {
    title: "A cookie without a name",
    name: "cookie-nameless",
    config: {},
    shown: [{ asked: cookie("=always"), nginx: "v2", traefik: "v1" }],
  },
  {
    title: "A header that is sent twice",
    name: "header-twice",
    config: byValue,
    shown: [{ asked: region(["beijing", "shenzhen"]), nginx: "v1", traefik: "v2", isBeyondModel: true }],
  },
  {
    title: "Tabs around a header's value",
    name: "header-tabs",
    config: byValue,
    shown: [{ asked: region("\tshenzhen"), nginx: "v1", traefik: "v2" }],
  },
  {
    title: "A rule on Host",
    name: "header-host",
    config: { "sluice:headerMatch": { name: "Host", pattern: "test$" } },
    shown: [{ asked: {}, nginx: "v2", traefik: "v1" }],
  },
  {
    title: "A rule on a header that proxies set",
    name: "header-forwarded",
    config: { "sluice:headerMatch": { name: "X-Forwarded-For", pattern: "^203" } },
    shown: [{ asked: { headers: { "X-Forwarded-For": "203.0.113.7" } }, nginx: "v2", traefik: "v1" }],
  },
  {
    title: "A rule on a header that proxies set",
    name: "header-proto",
    config: { "sluice:headerMatch": { name: "X-Forwarded-Proto", value: "http" } },
    shown: [{ asked: {}, nginx: "v1", traefik: "v2" }],
  },
  {
    title: "A header that Connection names",
    name: "header-hop",
    config: byValue,
    shown: [{ asked: { headers: { Region: "shenzhen", Connection: "Region" } }, nginx: "v2", traefik: "v1" }],
  },
  {
    title: "A pattern that does not compile",
    name: "pattern-broken",
    config: { ...byCookie, "sluice:headerMatch": { name: "Region", pattern: "x" }, "sluice:canaryWeight": 100 },
    change: (object) => annotate(object, { "canary-by-header-pattern": "(" }),
    shown: [{ asked: region("x"), nginx: "v1", traefik: "v2", isBeyondModel: true }],
  },
  {
    title: "A pattern that does not compile",
    name: "pattern-ahead",
    config: { ...byCookie, "sluice:headerMatch": { name: "Region", pattern: "(?=shen)" } },
    shown: [
      { asked: region("shenzhen"), nginx: "v2", traefik: "v1" },
      { asked: cookie("trial=always"), nginx: "v2", traefik: "v1" },
    ],
  },
  {
    title: "Stable without a ready pod",
    name: "stable-empty",
    config: { ...byName, "sluice:canaryWeight": 100 },
    change: withoutStablePods,
    shown: [{ asked: {}, nginx: "503", traefik: "v2", isBeyondModel: true }],
  },
  {
    title: "Stable without a ready pod",
    name: "stable-gone",
    config: byName,
    change: withoutStablePods,
    shown: [{ asked: region("always"), nginx: "503", traefik: "v2", isBeyondModel: true }],
  },
  {
    title: "Paths that end in /",
    name: "path-folder",
    config: { "sluice:path": "/shop/" },
    shown: [
      { asked: { path: "/shop" }, nginx: "301 http://path-folder.test/shop/", traefik: "v1", isBeyondModel: true },
    ],
  },
  {
    title: "Paths that end in /",
    name: "path-exact-folder",
    config: { "sluice:path": "/shop/", "sluice:route": { pathType: "Exact" } },
    shown: [
      {
        asked: { path: "/shop" },
        nginx: "301 http://path-exact-folder.test/shop/",
        traefik: "404",
        isBeyondModel: true,
      },
    ],
  },
  {
    title: "Dots and encoded slashes in paths",
    name: "path-dots",
    config: { "sluice:path": "/shop", "sluice:route": { pathType: "Exact" } },
    shown: [
      { asked: { path: "/shop/." }, nginx: "404", traefik: "v1" },
      { asked: { path: "/../shop" }, nginx: "400", traefik: "v1" },
    ],
  },
  {
    title: "Dots and encoded slashes in paths",
    name: "path-encoded",
    config: { "sluice:path": "/shop" },
    shown: [
      { asked: { path: "/shop%2Fcart" }, nginx: "v1", traefik: "404" },
      { asked: { path: "/shop%00" }, nginx: "400", traefik: "404" },
    ],
  },
  {
    title: "A wildcard beside one of its names",
    name: "wildcard-paths",
    config: { "sluice:host": "www.wildcard-paths.test", "sluice:path": "/shop" },
    beside: { "sluice:host": "*.wildcard-paths.test" },
    shown: [{ asked: { host: "www.wildcard-paths.test" }, nginx: "404", traefik: "v1" }],
  },
  {
    title: "A wildcard beside one of its names",
    name: "wildcard-rule",
    config: { "sluice:host": "www.wildcard-rule.test" },
    beside: { "sluice:host": "*.wildcard-rule.test", ...byValue },
    shown: [{ asked: { host: "www.wildcard-rule.test", ...region("shenzhen") }, nginx: "v1", traefik: "v2" }],
  },
  {
    title: "Two stacks on one host",
    name: "shared-host",
    config: { "sluice:path": "/shop" },
    beside: { "sluice:host": "shared-host.test", ...byValue },
    shown: [{ asked: { path: "/shop", ...region("shenzhen") }, nginx: "v1", traefik: "v2" }],
  },
  {
    title: "Two stacks on one host",
    name: "shared-exact",
    config: { "sluice:path": "/shop", "sluice:route": { pathType: "Exact" } },
    beside: { "sluice:host": "shared-exact.test", "sluice:path": "/shop", "sluice:canaryWeight": 100 },
    shown: [{ asked: { path: "/shop" }, nginx: "v1", traefik: "v2" }],
  },
];

/** The object with further annotations of ingress-nginx where it is a canary. */
function annotate(object: Manifest, annotations: Readonly<Record<string, string>>): Manifest {
  if (object.kind !== "Ingress" || !object.metadata.name.endsWith("-canary")) return object;
  const named = Object.entries(annotations).map(([name, value]) => [`nginx.ingress.kubernetes.io/${name}`, value]);
  const all: unknown = Object.assign({}, object.metadata["annotations"], Object.fromEntries(named));
  return { ...object, metadata: { ...object.metadata, annotations: all } };
}

/** The object with no pod behind it where it is a Service that leads to stable: the version's, and the mainline's. */
function withoutStablePods(object: Manifest): Manifest {
  if (object.kind !== "Service") return object;
  const { selector } = object["spec"] as { readonly selector: { readonly version?: string } };
  return selector.version === "v1" ? leadTo(object, { version: "none" }) : object;
}
