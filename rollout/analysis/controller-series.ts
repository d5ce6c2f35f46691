import { backendOf } from "../../config/backend";
import { routers } from "../../routers";
import type { ControllerSeries, Role } from "../../routers/router";
import type { Subject } from "../subject";

export type { ControllerSeries, Role };

/** What queries need to know of a subject. */
export type Named = Pick<
  Subject,
  "namespace" | "workload" | "application" | "canary" | "stable" | "plan" | "controller" | "predecessor"
>;

/**
 * The series of a version; nothing where nobody counts requests by version, as behind a Service alone, nor of a version in whose
 * place another one serves: that one is counted there.
 */
export function controllerSeries(subject: Named, role: Role): ControllerSeries | undefined {
  const { controller, plan, predecessor, canary } = subject;
  if (!controller) return undefined;
  const { series } = routers[plan.router];
  if (!predecessor) return series?.({ ...subject, controller }, role);
  return role === "canary" ? series?.({ ...subject, controller, stable: canary }, "stable") : undefined;
}

/** The Service of the canary, or of the idle color; under a replica ratio that of both versions. */
export function canaryService({ workload, application, plan, canary, predecessor }: Named): string {
  if (plan.strategy === "replicaRatio") return backendOf({ workload, application }).service;
  const isRouted = plan.router === "ingress" || plan.router === "service";
  if (predecessor && isRouted) return backendOf({ workload, application }).service;
  // Beside an Ingress the canary has a Service of its own; elsewhere its version's leads to it.
  return plan.strategy === "canary" && plan.router === "ingress"
    ? backendOf({ workload, application }).canary
    : `${workload}-${canary}`;
}
