import { addressProblems } from "../../config/contradictions/addresses";
import { backendOf } from "../../config/backend";
import { sourceKey } from "../../config/from";
import type { UnknownKeys } from "../../config/meaning";
import type { Problem } from "../../config/problems";
import type { Values } from "../../config/schema";
import { nameOf } from "../../workloads/names";
import { ownRuleProblems } from "../own-rules";
import { mixedVersions } from "../several-workloads";

/** What Istio's VirtualServices have no words for. */
export const unknownKeys: UnknownKeys = {
  "affinity.behavior": null,
  "route.annotations": null,
  migration: null,
  service: null,
  "service.previewNodePort": "sluice:route.previewHost previews behind a Gateway",
  gateway: null,
};

/** What Istio would do otherwise than the plan says, or can't do. */
export function problems(values: Values): Problem[] {
  return [
    ...controllerProblems(values),
    ...ownRuleProblems(values, { router: "istio", title: "Istio", readable: "x-forwarded-for" }),
    ...mixedVersions(values),
    ...addressProblems(values),
    ...applicationProblems(values),
  ];
}

/** What an application's own objects leave no place for: of two VirtualServices for one host Istio takes one. */
function applicationProblems({ application, from, namespace }: Values): Problem[] {
  if (!application) return [];
  const { service } = backendOf({ workload: "", application });
  const hosts = [service, ...["", ".svc", ".svc.cluster.local"].map((end) => `${service}.${namespace}${end}`)];
  const routes = application.others.filter(
    ({ kind, spec }) =>
      kind === "VirtualService" &&
      ((spec ?? {}) as { hosts?: readonly string[] }).hosts?.some((one) => hosts.includes(one)),
  );
  return routes.map((route) => ({
    key: sourceKey(from),
    value: nameOf(route),
    allowed: `must not have a VirtualService for ${service}: the stack makes one, and of two for one host Istio takes one; leave it out`,
  }));
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
