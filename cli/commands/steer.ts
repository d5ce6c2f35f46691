import { Command } from "commander";
import { userInfo } from "node:os";
import { UserError } from "../../progress/user-error";
import type { DashboardAction } from "../../rollout/dashboard/data";
import { advance } from "../../rollout/machine";
import { retry } from "../../rollout/retry";
import type { RolloutCommand, RolloutState } from "../../rollout/state";
import { DriverLease } from "../../rollout/store/lease";
import { actionsOf } from "../../rollout/view";
import { Unsatisfied } from "../failure";
import { driveStack, type DriveStackOptions } from "../rollout/drive-stack";
import { openRecords, type StackRecords } from "../rollout/open-records";
import { watcherFor } from "../rollout/watchers";
import { openSession, requireCluster, say, withSessionOptions, type Session, type SessionOptions } from "../session";
import { withUpdateOptions } from "../update";
import { defaultRequests, parseRequests } from "./verify";

type SteerOptions = SessionOptions & DriveStackOptions;

const descriptions: Record<DashboardAction, string> = {
  approve: "let a rollout go on that waits for approval",
  pause: "keep a rollout's weight as it is; checks go on, and still bring it back",
  resume: "let a paused rollout go on",
  abort: "take all users back to the version from before, at once",
  retry: "begin a failed rollout once more; where a promotion failed, at its last step",
  promote: "skip what is left but one round of checks at the last step, and promote",
};

/** `sluice approve`, `pause`, `resume`, `abort`, `retry`, `promote`: what a person says to a rollout. */
export function steerCommands(): Command[] {
  return (Object.keys(descriptions) as DashboardAction[]).map((action) =>
    withUpdateOptions(withSessionOptions(new Command(action)))
      .description(descriptions[action])
      .option(
        "-n, --requests <number>",
        "how many requests show each step, from 1 to 10000",
        parseRequests,
        defaultRequests,
      )
      .addHelpText(
        "after",
        `
The rollout's driver is told, wherever it runs; where it is gone, this command drives the rollout itself.

Examples:
  sluice ${action} --stack dev
  sluice ${action} --stack prod --context my-cluster`,
      )
      .action(async (options: SteerOptions) => {
        const session = await openSession(options);
        await requireCluster(session);
        await steer(session, action, options);
      }),
  );
}

async function steer(session: Session, action: DashboardAction, options: SteerOptions): Promise<void> {
  const { records, api, namespace } = openRecords(session);
  const state = demandAction(await records.last(), action, options.stack);
  const by = userInfo().username;
  const driver = await DriverLease.holder(api, options.stack, namespace);
  if (driver !== undefined && action !== "retry") {
    await records.ask(state.id, { command: action, by });
    await acknowledged(records, state, action);
    return say(options, `${action}: rollout ${state.id} to ${state.spec.to} was told (driven by ${driver})`);
  }
  if (action === "pause") {
    await records.save(advance(state, command(action, by)).state);
    return say(options, `rollout ${state.id} is paused; nobody drives it`);
  }
  const ended = await driveStack(session, options, watcherFor(options.stack, options), (last) => {
    const current = demandAction(last, action, options.stack);
    if (action === "retry") return Promise.resolve(retry(current, current.id + 1, Date.now()));
    return Promise.resolve({ ...advance(current, command(action, by)).state, progressAt: Date.now() });
  });
  const isAsWished = action === "abort" ? ended.served?.kind === "stable" : ended.phase === "Succeeded";
  if (!isAsWished) throw new Unsatisfied(ended.outcome);
}

/**
 * The rollout that an action is for.
 *
 * @throws UserError where there is none, or where it makes no sense now, with what does.
 */
export function demandAction(state: RolloutState | undefined, action: DashboardAction, stack: string): RolloutState {
  if (!state) throw new UserError(`${stack} has had no rollout: sluice rollout begins one`);
  const possible = actionsOf(state);
  if (possible.includes(action)) return state;
  const { id, phase, spec, outcome } = state;
  const rest =
    possible.length > 0
      ? `possible now: ${possible.join(", ")}`
      : phase === "Succeeded"
        ? "sluice undo goes back"
        : "it is on its way";
  throw new UserError(
    `rollout ${id} to ${spec.to} is ${phase}${outcome === undefined ? "" : ` (${outcome})`}: ${action} has no meaning now; ${rest}`,
  );
}

function command(action: RolloutCommand, by: string) {
  return { kind: "commanded", at: Date.now(), command: action, by } as const;
}

const acknowledgeMilliseconds = 15_000;

/** Waits until the driver has taken what it was asked. */
async function acknowledged(records: StackRecords["records"], { id }: RolloutState, action: string): Promise<void> {
  const deadline = Date.now() + acknowledgeMilliseconds;
  while ((await records.pending(id)) > 0) {
    if (Date.now() > deadline)
      throw new UserError(
        `the driver has not taken the ${action} within ${acknowledgeMilliseconds / 1000} s: if it is gone, run the same command again`,
      );
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
}
