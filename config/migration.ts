import type { z } from "zod";
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
