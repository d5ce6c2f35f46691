import { Command } from "commander";
import { userInfo } from "node:os";
import { setTimeout as sleep } from "node:timers/promises";
import { dashboardActions, type DashboardAction } from "../../rollout/dashboard/data";
import { untilAnswered } from "../../cluster/until-answered";
import { UserError } from "../../progress/user-error";
import { driverOf } from "../../rollout/store/standing";
import { advance, takeOver } from "../../rollout/machine";
import { retry } from "../../rollout/retry";
import { isGoingBack, type RolloutCommand, type RolloutState } from "../../rollout/state";
import type { StepContext } from "../../progress/step";
import { Unsatisfied } from "../failure";
import { untilInterrupted } from "../interruption";
import { runSteps } from "../progress";
import type * as DriveStack from "../rollout/drive-stack";
import { openRecords, type StackRecords } from "../rollout/open-records";
import { demandAction, heardBy, tellDriver } from "../rollout/steering";
import { keepPromoted, takeUsersBack } from "../rollout/take-back";
import { sayUndriven } from "../rollout/undriven";
import type * as Watchers from "../rollout/watchers";
import { openRolloutSession, say, withSessionOptions, type Session, type SessionOptions } from "../session";
import { withStackLease } from "../stack-lease";
import { defaultRequests, parseRequests, withUpdateOptions } from "../update-options";

type SteerOptions = SessionOptions & DriveStack.DriveStackOptions;

/** `sluice approve`, `pause`, `resume`, `abort`, `retry`, `promote`: commands to a rollout. */
export function steerCommands(): Command[] {
  return dashboardActions.map((action) =>
    withUpdateOptions(withSessionOptions(new Command(action)))
      .option(
        "-n, --requests <number>",
        "how many requests verify each step, from 1 to 10000",
        parseRequests,
        defaultRequests,
      )
      .addHelpText(
        "after",
        `
This command goes to the rollout's driver, wherever it runs. If the driver is gone, this command drives the rollout itself.

Examples:
  sluice ${action} --stack dev
  sluice ${action} --stack prod --context my-cluster`,
      )
      .action(async (options: SteerOptions) => {
        await steer(await openRolloutSession(options), action, options);
      }),
  );
}

async function steer(session: Session, action: DashboardAction, options: SteerOptions): Promise<void> {
  const { stack } = options;
  if (action === "abort") return abort(session, options);
  const opened = await openRecords(session);
  await sayUndriven(session);
  const state = demandAction(await opened.records.last(), action, stack);
  const by = userInfo().username;
  if (action !== "retry") {
    const driver = await tellDriver(opened, state, action, by);
    if (driver !== undefined)
      return say(options, `${action}: sent to ${driver}, which drives rollout ${state.id} to ${state.spec.to}`);
  }
  if (action === "pause")
    return withStackLease(session, action, async () => {
      const current = demandAction(await opened.records.takeOver(), action, stack);
      await opened.records.save(advance(current, command(action, by)).state);
      say(options, `rollout ${state.id} is paused and has no driver`);
    });
  const ended = await drive(session, opened, options, (last) => {
    const current = demandAction(last, action, stack);
    return action === "retry"
      ? retry(current, current.id + 1, Date.now())
      : takeOver(advance(current, command(action, by)).state, Date.now());
  });
  if (ended.phase !== "Succeeded") throw new Unsatisfied(ended.outcome);
}

/** Patches the routes first, so that users are back at once, and then ends the rollout. It tries until the cluster answers. */
async function abort(session: Session, options: SteerOptions): Promise<void> {
  const by = userInfo().username;
  const opened = await untilDone(() => openRecords(session));
  const last = await untilDone(() => opened.records.last());
  // A rollout that is rolling back may have lost its driver.
  const isGoing = last !== undefined && isGoingBack(last);
  const state = isGoing ? last : demandAction(last, "abort", options.stack);
  const isBack = await untilDone(() => takeUsersBack(session, opened, state, by));
  if (isBack) say(options, `the routes are patched: users are back on ${state.spec.from}`);
  await sayUndriven(session);
  const choose = (last = state) => takeOver(advance(last, command("abort", by)).state, Date.now());
  let ended: RolloutState | undefined;
  while (!ended) {
    const driver = await untilDone(() => (isGoing ? driverOf(opened) : heardBy(opened, state, "abort")));
    ended =
      driver === undefined
        ? await untilDone(() => drive(session, opened, { ...options, isPatient: true }, choose))
        : await awaitAbort(opened, state, driver, options);
  }
  if (ended.phase === "Succeeded") {
    await keepPromoted(session, opened, ended);
    throw new UserError(
      `rollout ${ended.id} succeeded before the abort arrived: go back with sluice undo`,
      "SLUICE1505",
    );
  }
  if (ended.served?.kind !== "stable") throw new Unsatisfied(ended.outcome);
}

/** Tries until the cluster answers, and prints at once and every minute that it does not. */
function untilDone<Result>(work: () => Promise<Result>): Promise<Result> {
  const tell = ({ message }: Error) =>
    void process.stderr.write(`the cluster does not answer; the abort continues once it does: ${message}\n`);
  return untilInterrupted((signal) => untilAnswered(work, { signal, tell }));
}

/** Drives the rollout in this process. Its modules are loaded only here, because that takes a second. */
function drive(
  session: Session,
  opened: StackRecords,
  options: SteerOptions,
  choose: (last: RolloutState | undefined) => RolloutState,
): Promise<RolloutState> {
  const { driveStack } = require("../rollout/drive-stack") as typeof DriveStack;
  const { watcherFor } = require("../rollout/watchers") as typeof Watchers;
  const first = (last: RolloutState | undefined) => Promise.resolve(choose(last));
  return driveStack(session, opened, options, watcherFor(options.stack, options), first);
}

/** Waits for the end of a rollout that was aborted; nothing if its driver is gone before that. */
async function awaitAbort(
  { records, ...opened }: StackRecords,
  { id, spec }: RolloutState,
  driver: string,
  options: SteerOptions,
): Promise<RolloutState | undefined> {
  let ended: RolloutState | undefined;
  const step = {
    title: `Abort rollout ${id} to ${spec.to}`,
    run: async ({ report, signal }: StepContext) => {
      report(`${driver} returns users to ${spec.from}`);
      const look = async () => {
        // Look for the driver before the record: a driver that ends in between has stored the outcome.
        const isDriven = (await driverOf(opened)) !== undefined;
        const now = await records.read(id);
        if (!now)
          throw new UserError(
            `rollout ${id} is gone, because the stack was removed meanwhile: there is nothing to abort`,
            "SLUICE1505",
          );
        return { isDriven, now };
      };
      for (;;) {
        const { isDriven, now } = await untilAnswered(look, { signal, tell: ({ message }) => report(message) });
        if (isOver(now)) return (ended = now).outcome;
        if (!isDriven) return `the lease of ${driver} expired`;
        await sleep(pollMilliseconds, undefined, { signal });
      }
    },
  };
  await runSteps([step], options);
  return ended;
}

function isOver({ phase }: RolloutState): boolean {
  return phase === "Failed" || phase === "Succeeded";
}

const pollMilliseconds = 300;

function command(action: RolloutCommand, by: string) {
  return { kind: "commanded", at: Date.now(), command: action, by } as const;
}
