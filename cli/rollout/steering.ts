import { UserError } from "../../progress/user-error";
import type { DashboardAction } from "../../rollout/dashboard";
import type { RolloutState } from "../../rollout/state";
import { driverOf } from "../../rollout/store/standing";
import { actionsOf } from "../../rollout/view";
import type { StackRecords } from "./open-records";

/** Milliseconds in which a driver must accept a command: longer than the lease of a driver that is cut off from the cluster. */
const acknowledgeMilliseconds = 20_000;

/** The message about a stack without a rollout. */
export function noRollout(stack: string): string {
  return `${stack} has had no rollout: start one with sluice rollout`;
}

/**
 * The rollout that an action is for.
 *
 * @throws UserError if there is none, or if it isn't possible now, naming the actions that are.
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
        ? "go back with sluice undo"
        : "it is ending";
  const why = outcome === undefined ? "" : ` (${outcome})`;
  throw new UserError(
    `rollout ${id} to ${spec.to} is ${phase}${why}: ${action} isn't possible now; ${rest}`,
    "SLUICE1505",
  );
}

/**
 * Sends a command to the rollout's driver, and waits until the driver has accepted it.
 *
 * @returns the driver; nothing if there is none, so that the command was not sent.
 * @throws UserError if the driver does not take it.
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
 * Waits until the rollout's driver has accepted its commands.
 *
 * @returns the driver; nothing if there is none.
 * @throws UserError if the driver does not take it.
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
        `${driver} has not acted on the ${action} within ${acknowledgeMilliseconds / 1000} s: check with sluice history if the rollout has a driver; the command is valid for ten minutes`,
        "SLUICE1506",
      );
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
}
