import { addressProblems } from "../../config/contradictions/addresses";
import { sourceKey } from "../../config/from";
import type { UnknownKeys } from "../../config/meaning";
import type { Problem } from "../../config/problems";
import type { Values } from "../../config/schema";
import { wrongOnes } from "../../config/wrong";
import { gatewayOf } from "../../workloads/http-routes";
import { nameOf, namesOf } from "../../workloads/names";
import { ownRuleProblems } from "../own-rules";
import { mixedVersions, unwiredCalls } from "../several-workloads";

/** Settings that Gateway API's standard channel can't express. */
export const unknownKeys: UnknownKeys = {
  clientMatch: "its rules can't see a client's address: only router istio's can",
  affinity: "Gateway API's standard channel has no sticky sessions",
  "route.annotations": null,
  migration: "it is there already",
  service: null,
  "service.previewNodePort": "sluice:route.previewHost previews behind a Gateway",
  istio: null,
};

/** Settings that Gateway API would handle differently from the plan, or can't handle. */
export function problems(values: Values): Problem[] {
  return [
    ...controllerProblems(values),
    ...ownRouteProblems(values),
    ...ownRuleProblems(values, { router: "gateway", title: "Gateway API" }),
    ...unwiredCalls(values),
    ...mixedVersions(
      values,
      "choose the users by sluice:headerMatch or sluice:cookieMatch, as Gateway API has no sticky sessions",
    ),
    ...addressProblems(values),
    ...listenerProblems(values),
  ];
}

/** `listeners` of a Gateway (gateway.networking.k8s.io/v1, `MaxItems` 64), of which one is for plain requests. */
const mostSecured = 63;

function listenerProblems({ gateway, route: { tls } }: Values): Problem[] {
  const secured = tls.flatMap(({ hosts }) => hosts);
  if (gateway || secured.length <= mostSecured) return [];
  const allowed = `must have at most ${mostSecured} hosts under router gateway, each of which is a listener of the stack's Gateway: name a Gateway with a certificate for them all in sluice:gateway`;
  return [{ key: "route.tls", value: secured.length, allowed }];
}

/** Settings that have no effect beside the application's own HTTPRoutes. */
function ownRouteProblems({ application, ingressController, route, from }: Values): Problem[] {
  const { httpRoutes = [], others = [] } = application ?? {};
  const [first] = httpRoutes;
  if (!first) return [];
  const { name, own } = gatewayOf(first, others);
  const { timeouts, retries } = route;
  const limits = Object.entries({ timeouts, retries })
    .filter(([, value]) => value !== undefined)
    .map(([key, value]) => ({
      key: `route.${key}`,
      value,
      allowed: `has no meaning beside sluice:from (${namesOf(httpRoutes)} sets it): remove it`,
    }));
  if (name === "")
    return [
      ...limits,
      { key: sourceKey(from), value: nameOf(first), allowed: "must name a Gateway in its parentRefs" },
    ];
  if (!own || ingressController) return limits;
  const allowed = `must name the controller that reads ${nameOf(own)}, which is one of the objects: kind traefik, or existing with the Service of its address`;
  return [...limits, { key: "ingressController", value: undefined, allowed }];
}

function controllerProblems(values: Values): Problem[] {
  const { ingressController: controller, gateway, application } = values;
  const kind = controller?.kind;
  const isOwn = (application?.httpRoutes.length ?? 0) > 0;
  return wrongOnes(values, [
    [
      "ingressController.kind",
      !controller && !gateway && !isOwn,
      "must be set under router gateway: traefik, or existing (a controller that the cluster has); or name a Gateway of the cluster in sluice:gateway",
    ],
    [
      "ingressController.kind",
      kind === "ingress-nginx",
      "must be traefik or existing under router gateway: ingress-nginx does not read Gateway API",
    ],
    [
      "gateway",
      gateway && kind === "traefik" && !isOwn,
      "has no meaning beside a Traefik of the stack's own, which has a Gateway of its own: remove one of the two",
    ],
    [
      "ingressController.className",
      kind === "existing" && !gateway && controller?.className === undefined,
      "must be the name of a GatewayClass, or sluice:gateway must name a Gateway",
    ],
  ]);
}
