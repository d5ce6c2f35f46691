import { addressProblems } from "../../config/contradictions/addresses";
import { backendOf } from "../../config/backend";
import { sourceKey } from "../../config/from";
import type { UnknownKeys } from "../../config/meaning";
import type { Problem } from "../../config/problems";
import type { Values } from "../../config/schema";
import { nameOf } from "../../workloads/names";
import { ownRuleProblems } from "../own-rules";
import { mixedVersions } from "../several-workloads";

/** Settings that Istio's VirtualServices can't express. */
export const unknownKeys: UnknownKeys = {
  "affinity.behavior": null,
  "route.annotations": null,
  migration: null,
  service: null,
  "service.previewNodePort": "sluice:route.previewHost previews behind a Gateway",
  gateway: null,
};

/** Settings that Istio would handle differently from the plan, or can't handle. */
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
    allowed: `must not have a VirtualService for ${service}: the stack makes one, and Istio uses only one of two for a host; leave it out`,
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
