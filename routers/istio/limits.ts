import { addressProblems } from "../../config/contradictions/addresses";
import type { UnknownKeys } from "../../config/meaning";
import type { Problem } from "../../config/problems";
import type { Values } from "../../config/schema";
import { ownRuleProblems } from "../own-rules";
import { mixedVersions } from "../several-workloads";

/** What Istio's VirtualServices have no words for. */
export const unknownKeys: UnknownKeys = {
  affinityBehavior: null,
  ingressAnnotations: null,
  migration: null,
  previewNodePort: "sluice:previewHost previews behind a Gateway",
  nodePort: null,
  nodeAddress: null,
  gateway: null,
};

/** What Istio would do otherwise than the plan says, or can't do. */
export function problems(values: Values): Problem[] {
  return [
    ...controllerProblems(values),
    ...ownRuleProblems(values, { router: "istio", title: "Istio", readable: "x-forwarded-for" }),
    ...mixedVersions(values),
    ...addressProblems(values),
  ];
}

function controllerProblems({ ingressController: controller }: Values): Problem[] {
  if (!controller || controller.kind === "existing") return [];
  return [
    {
      key: "ingressController.kind",
      value: controller.kind,
      allowed: "must be existing under router istio: the mesh's ingress gateway reads its objects",
    },
  ];
}
