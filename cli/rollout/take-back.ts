import { UserError } from "../../progress/user-error";
import { routedStack } from "../../rollout/stack";
import type { RolloutState } from "../../rollout/state";
import { withdrawPatches } from "../../routers";
import { sendPatches } from "../route-patches";
import type { Session } from "../session";
import type { StackRecords } from "./open-records";
import { demandAction } from "./steering";
import { withdrawalOf, withdrawUsers } from "./withdraw";

/**
 * Takes all users off the canary at once, with or without a driver: asks for it in the record, then patches the routes. In
 * this order no driver moves users to the canary after the patch: what it sends later is sent after it has looked for such a
 * request, and what it was about to send is a conflict.
 *
 * @returns false if users are not back before the stack is updated.
 * @throws UserError if the rollout has succeeded meanwhile, so that nothing was patched.
 */
export async function takeUsersBack(
  session: Pick<Session, "choice">,
  { api, at, records }: StackRecords,
  { id }: RolloutState,
  by: string,
): Promise<boolean> {
  // Only once, even if this is tried again.
  if (!(await records.isAbortAsked(id))) await records.ask(id, { command: "abort", by });
  const state = await records.read(id);
  if (!state) throw new UserError(`rollout ${id} is gone, because the stack was removed meanwhile`, "SLUICE1505");
  if (state.phase === "Succeeded") demandAction(state, "abort", at.stack);
  const config = routedStack(state.spec, { kind: "stable" }, session.choice.cluster().profile);
  const withdrawal = withdrawalOf(config, state);
  await withdrawUsers(api, config, withdrawal);
  return !withdrawal.needsUpdate;
}

/** Sends everybody to the new version again, where a rollout had succeeded before its driver heard of an abort. */
export async function keepPromoted(
  session: Pick<Session, "choice">,
  { api }: StackRecords,
  { spec }: RolloutState,
): Promise<void> {
  const config = routedStack(spec, { kind: "promoted" }, session.choice.cluster().profile);
  await sendPatches(api, withdrawPatches(config, config.plan));
}
