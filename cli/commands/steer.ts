import { Command } from "commander";
import { userInfo } from "node:os";
import { setTimeout as sleep } from "node:timers/promises";
import type { DashboardAction } from "../../rollout/dashboard/data";
import { UserError } from "../../progress/user-error";
import { driverOf } from "../../rollout/store/standing";
import { advance } from "../../rollout/machine";
import { retry } from "../../rollout/retry";
import type { RolloutCommand, RolloutState } from "../../rollout/state";
import type { StepContext } from "../../progress/step";
import { Unsatisfied } from "../failure";
import { runSteps } from "../progress";
import { driveStack, type DriveStackOptions } from "../rollout/drive-stack";
import { openRecords, type StackRecords } from "../rollout/open-records";
import { demandAction, tellDriver } from "../rollout/steering";
import { sayUndriven } from "../rollout/undriven";
import { watcherFor } from "../rollout/watchers";
import {
  openRolloutSession,
  requireCluster,
  say,
  withSessionOptions,
  type Session,
  type SessionOptions,
} from "../session";
import { withStackLease } from "../stack-lease";
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
        const session = await openRolloutSession(options);
        await requireCluster(session);
        await sayUndriven(session);
        await steer(session, action, options);
      }),
  );
}

async function steer(session: Session, action: DashboardAction, options: SteerOptions): Promise<void> {
  const opened = await openRecords(session);
  const state = demandAction(await opened.records.last(), action, options.stack);
  const by = userInfo().username;
  if (action !== "retry") {
    const driver = await tellDriver(opened, state, action, by);
    if (driver !== undefined && action === "abort") return awaitAbort(opened, state, driver, options);
    if (driver !== undefined)
      return say(options, `${action}: rollout ${state.id} to ${state.spec.to} was told, which ${driver} drives`);
  }
  if (action === "pause")
    return withStackLease(session, action, async () => {
      const current = demandAction(await opened.records.takeOver(), action, options.stack);
      await opened.records.save(advance(current, command(action, by)).state);
      say(options, `rollout ${state.id} is paused; nobody drives it`);
    });
  const ended = await driveStack(session, opened, options, watcherFor(options.stack, options), (last) => {
    const current = demandAction(last, action, options.stack);
    if (action === "retry") return Promise.resolve(retry(current, current.id + 1, Date.now()));
    return Promise.resolve({ ...advance(current, command(action, by)).state, progressAt: Date.now() });
  });
  const isAsWished = action === "abort" ? ended.served?.kind === "stable" : ended.phase === "Succeeded";
  if (!isAsWished) throw new Unsatisfied(ended.outcome);
}

/** Whoever aborts wants to know that users are back. */
async function awaitAbort(
  opened: StackRecords,
  { id, spec }: RolloutState,
  driver: string,
  options: SteerOptions,
): Promise<void> {
  let ended: RolloutState | undefined;
  const step = {
    title: `Abort rollout ${id} to ${spec.to}`,
    run: async ({ report, signal }: StepContext) => {
      report(`${driver} takes users back to ${spec.from}`);
      while (!ended || !isOver(ended)) {
        await sleep(pollMilliseconds, undefined, { signal });
        // Asked first: a driver that ends meanwhile has stored how.
        const holder = await driverOf(opened);
        ended = await opened.records.read(id);
        if (!ended) throw new UserError(`rollout ${id} is gone: somebody took the stack away meanwhile`);
        if (holder === undefined && !isOver(ended))
          throw new UserError(`${driver} was gone before users were back: sluice abort once more does it here`);
      }
      return ended.outcome;
    },
  };
  await runSteps([step], options);
  if (ended?.served?.kind !== "stable") throw new Unsatisfied(ended?.outcome);
}

function isOver({ phase }: RolloutState): boolean {
  return phase === "Failed" || phase === "Succeeded";
}

const pollMilliseconds = 300;

function command(action: RolloutCommand, by: string) {
  return { kind: "commanded", at: Date.now(), command: action, by } as const;
}
