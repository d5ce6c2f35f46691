import { backendOf } from "../../config/backend";
import { routers } from "../../routers";
import type { ControllerSeries, Role } from "../../routers/router";
import type { Subject } from "../subject";

export type { ControllerSeries, Role };

/** What queries need to know of a subject. */
export type Named = Pick<
  Subject,
  "namespace" | "workload" | "application" | "canary" | "stable" | "plan" | "controller"
>;

/** The series of a version; nothing where nobody counts requests by version, as behind a Service alone. */
export function controllerSeries(subject: Named, role: Role): ControllerSeries | undefined {
  return subject.controller && routers[subject.plan.router].series?.(subject, role);
}

/** The Service that leads to the canary, or to the idle color. */
export function canaryService({ workload, application, plan, canary }: Named): string {
  // Beside an Ingress the canary has a Service of its own; elsewhere its version's leads to it.
  return plan.strategy === "canary" && plan.router === "ingress"
    ? backendOf({ workload, application }).canary
    : `${workload}-${canary}`;
}
