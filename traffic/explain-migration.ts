import type { TrafficPlan } from "./plan";

/** Explains in plain English which router serves users during the migration. */
export function explainMigration(
  migration: { readonly users: "old" | "new"; readonly target: { readonly plan: TrafficPlan } } | undefined,
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
