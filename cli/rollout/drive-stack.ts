import { drive } from "../../rollout/driver";
import { advance } from "../../rollout/machine";
import { weightOf } from "../../rollout/spec";
import { shareInWords } from "../../rollout/words";
import { isEnded, isGoingBack, type RolloutState } from "../../rollout/state";
import { firstLine } from "../../cluster/errors";
import { describeHolder } from "../../rollout/store/identity";
import { CutOffError, TakenError } from "../../rollout/store/lease";
import { FencedError, type RolloutRecords } from "../../rollout/store/records";
import { Interrupted, untilInterrupted } from "../interruption";
import { sessionArguments, type Session } from "../session";
import type { Audience, StackPortsOptions } from "./mover";
import type { StackRecords } from "./open-records";
import { StackPorts } from "./ports";
import { Tenure } from "./tenure";

/** How a stack's rollout is driven from the command line. */
export interface DriveStackOptions extends StackPortsOptions {
  /** What Ctrl-C does: leaves users where they are, or takes them back first. */
  readonly onInterrupt?: "stay" | "rollback";
  /** True to wait until somebody else who works on the stack has ended, instead of refusing. */
  readonly isPatient?: boolean;
}

/** Who watches a rollout from the command line. */
export interface Watcher extends Audience {
  readonly onState: (state: RolloutState) => void;
  readonly end: () => void;
}

/**
 * Drives a stack's rollout, as the one driver that it has. What the rollout was begun on is in its record; the stack's file
 * need not be there.
 *
 * @param choose gives the state to begin with, from the last one that is stored; it may refuse.
 * @throws TakenError if somebody else drives it, Interrupted after Ctrl-C.
 */
export async function driveStack(
  session: Session,
  { api, at, records }: StackRecords,
  options: DriveStackOptions,
  watcher: Watcher,
  choose: (last: RolloutState | undefined, ports: StackPorts, signal: AbortSignal) => Promise<RolloutState>,
): Promise<RolloutState> {
  const driving = untilInterrupted(async (interrupted) => {
    const tenure = await Tenure.begin({ api, at, report: watcher.report, interrupted, isPatient: options.isPatient });
    records.writer = tenure.identity;
    let latest: RolloutState | undefined;
    const ports = new StackPorts(session, api, records, options, watcher);
    const onState = (state: RolloutState) => {
      latest = state;
      ports.follow(state);
      watcher.onState(state);
    };
    /** Drives on, also after it was cut off from the cluster. */
    const driveOn = async (state: RolloutState, ...ending: readonly AbortSignal[]): Promise<RolloutState> => {
      try {
        return await drive(state, ports, { signal: AbortSignal.any([tenure.signal, ...ending]), onState });
      } catch (error) {
        if (!(error instanceof CutOffError) || !latest) throw error;
        const stopped = latest;
        const tell = (message: string) => ports.tell({ severity: "warn", message }, stopped);
        tell(`${error.message}; the rollout continues once the cluster answers, unless another driver has taken it`);
        return driveOn(await tenure.resume(tell, () => records.readOwn(stopped.id)), ...ending);
      }
    };
    try {
      const first = await choose(await records.takeOver(), ports, AbortSignal.any([tenure.signal, interrupted]));
      // A missing right must not prevent a rollback.
      if (!isEnded(first) && !isGoingBack(first)) await ports.demandAccess(first.spec, at);
      try {
        return await driveOn(first, interrupted);
      } catch (error) {
        if (!interrupted.aborted || !latest || isEnded(latest) || options.onInterrupt !== "rollback") throw error;
        const command = { kind: "commanded", at: Date.now(), command: "abort", by: "Ctrl-C" } as const;
        const { state, notices } = advance(latest, command);
        for (const notice of notices) watcher.onNotice(notice, state);
        return await driveOn(state);
      }
    } catch (error) {
      if (!latest || isEnded(latest)) throw error;
      await tellEnd(error as Error, latest, { ports, records, by: describeHolder(tenure.identity) });
      throw error instanceof Interrupted ? new Interrupted(whereUsersAre(latest, options)) : error;
    } finally {
      await tenure.end();
    }
  });
  // After a refusal, too: a picture that is redrawn every second would keep the process alive.
  return driving.finally(watcher.end);
}

/** Alerts people and notes it in the record if a driver ends before its rollout is over, for any reason. */
async function tellEnd(
  error: Error,
  state: RolloutState,
  { ports, records, by }: { readonly ports: StackPorts; readonly records: RolloutRecords; readonly by: string },
): Promise<void> {
  const why = firstLine(error.message);
  // The rollout has a new driver.
  const isDriven = error instanceof TakenError || error instanceof FencedError;
  const severity = error instanceof Interrupted || isDriven ? "warn" : "error";
  const more = isDriven ? "" : `: rollout ${state.id} has no driver now`;
  ports.tell({ severity, message: `the driver has ended (${why})${more}` }, state);
  if (!isDriven) await records.leave(state.id, { by, why }).catch(() => undefined);
  await ports.told();
}

function whereUsersAre({ id, spec, served, phase, step }: RolloutState, options: DriveStackOptions): string {
  const target = sessionArguments(options);
  const weight = served ? weightOf(spec, served) : 0;
  const isPromoted = served?.kind === "promotion" || served?.kind === "promoted";
  const users = isPromoted
    ? `users are on ${spec.to}`
    : `${shareInWords(spec.strategy, weight)} stay on ${spec.to}, the others on ${spec.from}`;
  return (
    `interrupted; rollout ${id} is ${phase} at step ${step} of ${spec.steps.length}, and has no driver: ${users}\n` +
    `  to resume:     sluice rollout --resume ${target}\n  to roll back:  sluice abort ${target}`
  );
}
