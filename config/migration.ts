import type { z } from "zod";
import type { TrafficPlan } from "../traffic/plan";
import { ingressController } from "./entrance";
import { oneOf, strictObject } from "./fields";

/** A stack on its way from one router to another: both stand side by side, and users are at one of them. */
export const migration = strictObject({
  /** Where to: `gateway` (Gateway API), or `traefik`, which reads the same annotations as ingress-nginx. */
  to: oneOf("gateway", "traefik"),
  /** What reads the routes there; Traefik by default. */
  ingressController: ingressController.optional(),
  /** Whose objects users come by: those from before (`old`, by default), or the new ones. */
  users: oneOf("old", "new").default("old"),
});

/** A migration, with defaults filled in. */
export type MigrationConfig = z.output<typeof migration>;

/** Explains in plain English which router serves users during the migration. */
export function explainMigration(
  migration: { readonly users: MigrationConfig["users"]; readonly target: { readonly plan: TrafficPlan } } | undefined,
): string[] {
  if (!migration) return [];
  const { users, target } = migration;
  const name = target.plan.router === "gateway" ? "Gateway API" : "Traefik";
  return [
    users === "old"
      ? `${name} runs beside the old router with the same plan, at its own address; the old router serves users`
      : `${name} serves users; the old router still runs beside it with the same plan`,
  ];
}

/**
 * The raw values of a stack as they are when its migration is over.
 *
 * @param raw the stack's own values, without their namespace.
 */
export function migratedValues(
  raw: Readonly<Record<string, unknown>>,
  { to, ingressController: controller }: Pick<MigrationConfig, "to" | "ingressController">,
): Record<string, unknown> {
  const { migration: _, ...rest } = raw;
  // A class of its own: what users come by until then keeps the other one's routes.
  const fallback = to === "traefik" ? { kind: "traefik", className: "traefik" } : { kind: "traefik" };
  return { ...rest, router: to === "traefik" ? "ingress" : to, ingressController: controller ?? fallback };
}
