import { addressProblems } from "../../config/contradictions/addresses";
import type { UnknownKeys } from "../../config/meaning";
import type { Problem } from "../../config/problems";
import type { Values } from "../../config/schema";
import { ownRuleProblems } from "../own-rules";
import { mixedVersions, unwiredCalls } from "../several-workloads";

/** What Gateway API's standard channel has no words for. */
export const unknownKeys: UnknownKeys = {
  clientMatch: "its rules can't see a client's address: only router istio's can",
  affinity: "Gateway API's standard channel keeps nobody with a version",
  affinityBehavior: null,
  affinityCookie: null,
  ingressAnnotations: null,
  migration: "it is there already",
  previewNodePort: "sluice:previewHost previews behind a Gateway",
  nodePort: null,
  nodeAddress: null,
  istio: null,
};

/** What Gateway API would do otherwise than the plan says, or can't do. */
export function problems(values: Values): Problem[] {
  return [
    ...controllerProblems(values),
    ...ownRuleProblems(values, { router: "gateway", title: "Gateway API" }),
    ...unwiredCalls(values),
    ...mixedVersions(
      values,
      "choose the users by sluice:headerMatch or sluice:cookieMatch, as Gateway API keeps nobody with a version",
    ),
    ...addressProblems(values),
  ];
}

function controllerProblems({ ingressController: controller, gateway }: Values): Problem[] {
  if (!controller) return [];
  const { kind } = controller;
  if (kind === "ingress-nginx")
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
  if (kind === "existing" && !gateway && controller.className === undefined)
    return [
      {
        key: "ingressController.className",
        value: undefined,
        allowed: "must be the name of a GatewayClass, or sluice:gateway must name a Gateway",
      },
    ];
  return [];
}
