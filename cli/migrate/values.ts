import type { StackConfig } from "../../config";
import { migratedValues, type MigrationConfig } from "../../config/migration";
import type { TrafficValues } from "../../record/traffic-values";
import { UserError } from "../../progress/user-error";

/** The addresses of both entry points. */
export interface Addresses {
  /** The address that users use. */
  readonly users: string;
  /** The other one. */
  readonly other: string;
}

/** Values of a stack as its file has them, without their namespace. */
type OwnValues = Readonly<Record<string, unknown>>;

/** What a stack's file must say to have another router beside the one that users come by. */
export function besideValues(
  own: OwnValues,
  to: MigrationConfig["to"],
  { ingressController }: StackConfig,
): TrafficValues {
  if (to === "traefik" && ingressController?.kind === "traefik")
    throw new UserError(
      "Traefik reads the stack's routes already: there is nothing to migrate to traefik",
      "SLUICE1507",
    );
  if (own["migration"] !== undefined)
    throw new UserError("a migration is under way: continue it with --hand-over, --finish or --back", "SLUICE1507");
  return { migration: { to } };
}

/**
 * What it must say for users to be on the other entry point.
 *
 * @param swap both addresses, where the entry points exchange them; nothing if DNS names move to the other address.
 */
export function handOverValues(own: OwnValues, users: MigrationConfig["users"], swap?: Addresses): TrafficValues {
  const migration = migrationOf(own);
  const { to } = migration;
  if (!swap) return { migration: { ...migration, users } };
  // The users' entry point has their address.
  const [oldAddress, nextAddress] = users === "new" ? [swap.other, swap.users] : [swap.users, swap.other];
  const old = own["ingressController"] as object;
  const next = migratedValues(own, migration)["ingressController"] as object;
  return {
    ingressController: { ...old, address: oldAddress },
    migration: { to, users, ingressController: { ...next, address: nextAddress } },
  };
}

/** What it must say to remove the old router. */
export function finishedValues(own: OwnValues): TrafficValues {
  const migration = migrationOf(own);
  if (migration.users !== "new")
    throw new UserError(
      "users are still on the old router: move them first with sluice migrate --hand-over",
      "SLUICE1507",
    );
  const { router, ingressController } = migratedValues(own, migration);
  return { router: router === "ingress" ? null : router, ingressController, migration: null };
}

/** The migration that a stack is in the middle of. */
export function migrationOf(own: OwnValues): MigrationConfig {
  const migration = own["migration"] as MigrationConfig | undefined;
  if (!migration)
    throw new UserError("no migration is under way: start one with sluice migrate --to gateway|traefik", "SLUICE1507");
  return migration;
}
