import { isRefusedByGo } from "../../traffic/pattern";
import { routerOf } from "../meaning";
import type { Problem } from "../problems";
import { routesOf } from "../routing";
import type { Values } from "../schema";

const titles = { gateway: "Gateway API", istio: "Istio" } as const;

/** What Gateway API and Istio would do otherwise than ingress-nginx does with the same plan, or can't do. */
export function ruleRouterProblems(values: Values): Problem[] {
  const router = routerOf(values);
  if (router !== "gateway" && router !== "istio") return [];
  const title = titles[router];
  return [
    ...controllerProblems(values, router),
    ...hostProblems(values, title),
    ...pathProblems(values, title),
    ...headerProblems(values, router),
    ...mirrorProblems(values),
  ];
}

function controllerProblems(
  { ingressController: controller, gateway }: Values,
  router: keyof typeof titles,
): Problem[] {
  if (!controller) return [];
  const { kind } = controller;
  if (router === "istio" && kind !== "existing")
    return [
      {
        key: "ingressController.kind",
        value: kind,
        allowed: "must be existing under router istio: the mesh's ingress gateway reads its objects",
      },
    ];
  if (router === "gateway" && kind === "ingress-nginx")
    return [
      {
        key: "ingressController.kind",
        value: kind,
        allowed: "must be traefik or existing under router gateway: ingress-nginx does not read Gateway API",
      },
    ];
  if (gateway && kind === "traefik")
    return [
      {
        key: "gateway",
        value: gateway,
        allowed:
          "has no meaning beside a Traefik of the stack's own, which has a Gateway of its own: remove one of the two",
      },
    ];
  if (router === "gateway" && kind === "existing" && !gateway && controller.className === undefined)
    return [
      {
        key: "ingressController.className",
        value: undefined,
        allowed: "must be the name of a GatewayClass, or sluice:gateway must name a Gateway",
      },
    ];
  return [];
}

function hostProblems(values: Values, title: string): Problem[] {
  const { host, previewHost, routes } = values;
  const hosts = [
    ["host", host],
    ["previewHost", previewHost],
    ...routes.map((route, index) => [`routes.${index}.host`, route.host]),
  ];
  return hosts
    .filter(([, name]) => name?.startsWith("*."))
    .map(([key = "", value]) => ({
      key,
      value,
      allowed: `must be a host without * under ${title}, where *. stands for any number of labels, and for one alone under an Ingress: name each host in sluice:routes`,
    }));
}

function pathProblems(values: Values, title: string): Problem[] {
  return routesOf(values).flatMap(({ path, pathType }, index) => {
    const place = index === 0 ? "" : `routes.${index - 1}.`;
    return pathType === "Exact" && path !== "/" && path.endsWith("/")
      ? [
          {
            key: `${place}path`,
            value: path,
            allowed: `must be a path without / at its end under ${title} where it is Exact: an Ingress leads ${path.slice(0, -1)} to it too`,
          },
        ]
      : [];
  });
}

function headerProblems({ headerMatch }: Values, router: keyof typeof titles): Problem[] {
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
  if (isOwn && !(router === "istio" && /^x-forwarded-for$/i.test(name)))
    problems.push({
      key: "headerMatch.name",
      value: name,
      allowed: `must be a header that the way in leaves as the client sent it under router ${router}: it keeps Host apart and sets this one itself`,
    });
  return problems;
}

/** A copy is made of what a rule matches, whoever serves it: with a weight the canary would get its own requests twice. */
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
