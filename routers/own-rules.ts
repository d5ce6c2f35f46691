import type { Problem } from "../config/problems";
import { routesOf } from "../config/routing";
import type { Values } from "../config/schema";
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
  return [
    ...hostProblems(values, rules.title),
    ...pathProblems(values, rules.title),
    ...headerProblems(values, rules),
    ...mirrorProblems(values),
  ];
}

function hostProblems(values: Values, title: string): Problem[] {
  const { host, route } = values;
  const hosts = [
    ["host", host],
    ["route.previewHost", route.previewHost],
    ...route.more.map((one, index) => [`route.more.${index}.host`, one.host]),
  ];
  return hosts
    .filter(([, name]) => name?.startsWith("*."))
    .map(([key = "", value]) => ({
      key,
      value,
      allowed: `must be a host without * under ${title}, where *. stands for any number of labels, and for one alone under an Ingress: name each host in sluice:route.more`,
    }));
}

function pathProblems(values: Values, title: string): Problem[] {
  return routesOf(values).flatMap(({ path, pathType }, index) => {
    const place = index === 0 ? "" : `route.more.${index - 1}.`;
    return pathType === "Exact" && path !== "/" && path.endsWith("/")
      ? [
          {
            key: `${place}path`,
            value: path,
            allowed: `must be a path without / at its end under ${title} if it is Exact: an Ingress routes ${path.slice(0, -1)} to it too`,
          },
        ]
      : [];
  });
}

function headerProblems({ headerMatch }: Values, { router, readable }: OwnRules): Problem[] {
  if (!headerMatch) return [];
  const { name, pattern } = headerMatch;
  const problems: Problem[] = [];
  if (pattern !== undefined && isRefusedByGo(pattern))
    problems.push({
      key: "headerMatch.pattern",
      value: pattern,
      allowed: `must do without (?= and \\1 under router ${router}: RE2, which its implementations use, has neither`,
    });
  const isOwn = /^(host|x-forwarded-.*|x-real-ip)$/i.test(name);
  if (isOwn && name.toLowerCase() !== readable)
    problems.push({
      key: "headerMatch.name",
      value: name,
      allowed: `must be a header that the entry point leaves as the client sent it under router ${router}: it keeps Host apart and sets this one itself`,
    });
  return problems;
}

/** A mirror copies all requests that a rule matches: with a weight, the canary would get its own requests twice. */
function mirrorProblems({ mirrorPercent = 0, canaryWeight = 0 }: Values): Problem[] {
  if (mirrorPercent === 0 || canaryWeight === 0) return [];
  return [
    {
      key: "mirrorPercent",
      value: mirrorPercent,
      allowed: "must be 0 beside a sluice:canaryWeight: the canary would get copies of requests that it serves itself",
    },
  ];
}
