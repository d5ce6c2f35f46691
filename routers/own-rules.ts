import type { Problem } from "../config/problems";
import { routesOf } from "../config/routing";
import type { Values } from "../config/schema";
import { wrongOnes, type Row } from "../config/wrong";
import { isRefusedByGo } from "../traffic/pattern";

/** A router whose rules are Sluice's own, and what it is called. */
export interface OwnRules {
  readonly router: "gateway" | "istio";
  readonly title: string;
  /** The header that it sets itself and by which rules may choose nevertheless, in lower case. */
  readonly readable?: string;
}

/** What a router with rules of Sluice's own would do otherwise than ingress-nginx does with the same plan, or can't do. */
export function ownRuleProblems(values: Values, rules: OwnRules): Problem[] {
  const { mirrorPercent = 0, canaryWeight = 0 } = values;
  return wrongOnes(values, [
    ...hostRows(values, rules.title),
    ...pathRows(values, rules.title),
    ...headerRows(values, rules),
    // A mirror copies all requests that a rule matches: with a weight, the canary would get its own requests twice.
    [
      "mirrorPercent",
      mirrorPercent !== 0 && canaryWeight !== 0,
      "must be 0 beside a sluice:canaryWeight: the canary would get copies of requests that it serves itself",
    ],
  ]);
}

function hostRows({ host, route }: Values, title: string): Row[] {
  const hosts: [key: string, name: string | undefined][] = [
    ["host", host],
    ["route.previewHost", route.previewHost],
    ...route.more.map((one, index): [string, string | undefined] => [`route.more.${index}.host`, one.host]),
  ];
  return hosts.map(([key, name]) => [
    key,
    name?.startsWith("*."),
    `must be a host without * under ${title}, where *. stands for any number of labels, and for one alone under an Ingress: name each host in sluice:route.more`,
  ]);
}

function pathRows(values: Values, title: string): Row[] {
  return routesOf(values).map(({ path, pathType }, index) => [
    index === 0 ? "path" : `route.more.${index - 1}.path`,
    pathType === "Exact" && path !== "/" && path.endsWith("/"),
    `must be a path without / at its end under ${title} if it is Exact: an Ingress routes ${path.slice(0, -1)} to it too`,
  ]);
}

function headerRows({ headerMatch }: Values, { router, readable }: OwnRules): Row[] {
  const { name = "", pattern } = headerMatch ?? {};
  return [
    [
      "headerMatch.pattern",
      pattern !== undefined && isRefusedByGo(pattern),
      `must do without (?= and \\1 under router ${router}: RE2, which its implementations use, has neither`,
    ],
    [
      "headerMatch.name",
      isSetByProxies(name) && name.toLowerCase() !== readable,
      `must be a header that the entry point leaves as the client sent it under router ${router}: it keeps Host apart and sets this one itself`,
    ],
  ];
}

/** True for a header that a proxy doesn't read as the client sent it. */
export function isSetByProxies(header: string): boolean {
  return /^(host|x-forwarded-.*|x-real-ip)$/i.test(header);
}
