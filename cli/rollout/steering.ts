import { UserError } from "../../progress/user-error";
import type { DashboardAction } from "../../rollout/dashboard";
import type { RolloutState } from "../../rollout/state";
import { driverOf } from "../../rollout/store/standing";
import { actionsOf } from "../../rollout/view";
import type { StackRecords } from "./open-records";

/** Milliseconds that a driver has to take a command up: longer than the lease of one that is cut off from the cluster. */
const acknowledgeMilliseconds = 20_000;

/** What is said of a stack without a rollout. */
export function noRollout(stack: string): string {
  return `${stack} has had no rollout: sluice rollout begins one`;
}

/**
 * The rollout that an action is for.
 *
 * @throws UserError where there is none, or where it makes no sense now, with what does.
 */
export function demandAction(state: RolloutState | undefined, action: DashboardAction, stack: string): RolloutState {
  if (!state) throw new UserError(noRollout(stack), "SLUICE1505");
  const possible = actionsOf(state);
  if (possible.includes(action)) return state;
  const { id, phase, spec, outcome } = state;
  const rest =
    possible.length > 0
      ? `possible now: ${possible.join(", ")}`
      : phase === "Succeeded"
        ? "sluice undo goes back"
        : "it is on its way to its end";
  const why = outcome === undefined ? "" : ` (${outcome})`;
  throw new UserError(
    `rollout ${id} to ${spec.to} is ${phase}${why}: ${action} has no meaning now; ${rest}`,
    "SLUICE1505",
  );
}

/**
 * Tells the driver of a rollout what to do, and waits until it has heard.
 *
 * @returns who drives it; nothing where nobody does, and nobody was told.
 * @throws UserError where the driver does not take it.
 */
export async function tellDriver(
  opened: StackRecords,
  state: RolloutState,
  action: Exclude<DashboardAction, "retry" | "abort">,
  by: string,
): Promise<string | undefined> {
  if ((await driverOf(opened)) === undefined) return undefined;
  await opened.records.ask(state.id, { command: action, by });
  return heardBy(opened, state, action);
}

/**
 * Waits until the driver of a rollout has heard what it was asked.
 *
 * @returns who drives it; nothing where nobody does.
 * @throws UserError where the driver does not take it.
 */
export async function heardBy(
  opened: StackRecords,
  { id }: RolloutState,
  action: DashboardAction,
): Promise<string | undefined> {
  const deadline = Date.now() + acknowledgeMilliseconds;
  for (;;) {
    const driver = await driverOf(opened);
    if (driver === undefined || (await opened.records.notes(id)).pending.length === 0) return driver;
    if (Date.now() > deadline)
      throw new UserError(
        `${driver} has not taken the ${action} up within ${acknowledgeMilliseconds / 1000} s; it holds for ten minutes: sluice history tells whether somebody drives the rollout`,
        "SLUICE1506",
      );
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
}
