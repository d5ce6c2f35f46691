import { UserError } from "../../progress/user-error";
import type { Routing } from "../../rollout/spec";
import { routedStack } from "../../rollout/stack";
import type { RolloutState } from "../../rollout/state";
import { withdrawPatches } from "../../routers";
import { sendPatches } from "../route-patches";
import type { Session } from "../session";
import type { StackRecords } from "./open-records";
import { demandAction } from "./steering";

/**
 * Takes all users off the canary at once, with or without a driver: asks for it in the record, then patches the routes. In
 * this order no driver moves users to the canary after the patch: what it sends later is sent after it has looked for such a
 * request, and what it was about to send is a conflict.
 *
 * @throws UserError if the rollout has succeeded meanwhile, so that nothing was patched.
 */
export async function takeUsersBack(
  session: Pick<Session, "choice">,
  { api, at, records }: StackRecords,
  { id }: RolloutState,
  by: string,
): Promise<void> {
  // Only once, even if this is tried again.
  if (!(await records.isAbortAsked(id))) await records.ask(id, { command: "abort", by });
  const state = await records.read(id);
  if (!state) throw new UserError(`rollout ${id} is gone, because the stack was removed meanwhile`, "SLUICE1505");
  if (state.phase === "Succeeded") demandAction(state, "abort", at.stack);
  await patchTo(session, api, state, { kind: "stable" });
}

/** Sends everybody to the new version again, where a rollout had succeeded before its driver heard of an abort. */
export async function keepPromoted(
  session: Pick<Session, "choice">,
  { api }: StackRecords,
  state: RolloutState,
): Promise<void> {
  await patchTo(session, api, state, { kind: "promoted" });
}

async function patchTo(
  { choice }: Pick<Session, "choice">,
  api: StackRecords["api"],
  { spec }: RolloutState,
  routing: Routing,
): Promise<void> {
  const config = routedStack(spec, routing, choice.cluster().profile);
  await sendPatches(api, withdrawPatches(config, config.plan));
}
