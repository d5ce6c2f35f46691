import { UserError } from "../../progress/user-error";
import { drive } from "../../rollout/driver";
import { advance } from "../../rollout/machine";
import { weightOf } from "../../rollout/spec";
import { isEnded, type RolloutState } from "../../rollout/state";
import { clusterApi } from "../../cluster/api";
import { DriverLease } from "../../rollout/store/lease";
import { RolloutRecords } from "../../rollout/store/records";
import { Interrupted, untilInterrupted } from "../interruption";
import { sessionArguments, type Session, type SessionOptions } from "../session";
import { withStackLock } from "../stack-lock";
import { StackPorts, type Audience, type StackPortsOptions } from "./ports";

/** How a stack's rollout is driven from the command line. */
export interface DriveStackOptions extends StackPortsOptions, SessionOptions {
  /** What Ctrl-C does: leaves users where they are, or takes them back first. */
  readonly onInterrupt?: "stay" | "rollback";
}

/** Who watches a rollout from the command line. */
export interface Watcher extends Audience {
  readonly onState: (state: RolloutState) => void;
  readonly end: () => void;
}

/**
 * Drives a stack's rollout, as the one driver that it has.
 *
 * @param choose gives the state to begin with, from the last one that is stored; it may refuse.
 * @throws TakenError where somebody else drives it, Interrupted after Ctrl-C.
 */
export async function driveStack(
  session: Session,
  options: DriveStackOptions,
  watcher: Watcher,
  choose: (last: RolloutState | undefined, ports: StackPorts, signal: AbortSignal) => Promise<RolloutState>,
): Promise<RolloutState> {
  const { stack } = options;
  const { namespace, rollout } = session.config();
  if (!rollout) throw new UserError(`${stack} has no sluice:rollout: set how its rollouts go`);
  const api = clusterApi(session.choice.cluster());
  const records = new RolloutRecords(api, stack, namespace);
  return withStackLock(stack, session.choice.name, () =>
    untilInterrupted(async (interrupted) => {
      const lost = new AbortController();
      const taking = { report: watcher.report, signal: interrupted, lost: (error: Error) => lost.abort(error) };
      const lease = await DriverLease.take(api, stack, namespace, taking);
      const signal = AbortSignal.any([interrupted, lost.signal]);
      let latest: RolloutState | undefined;
      try {
        const ports = new StackPorts(session, rollout, api, records, options, watcher);
        const onState = (state: RolloutState) => {
          latest = state;
          ports.id = state.id;
          watcher.onState(state);
        };
        const first = await choose(await records.last(), ports, signal);
        try {
          return await drive(first, ports, { signal, onState });
        } catch (error) {
          if (!interrupted.aborted) throw error;
          if (!latest || isEnded(latest)) throw new Interrupted();
          if (options.onInterrupt !== "rollback") throw new Interrupted(whereUsersAre(latest, options));
          const at = Date.now();
          const { state, notices } = advance(latest, { kind: "commanded", at, command: "abort", by: "Ctrl-C" });
          for (const notice of notices) watcher.onNotice(notice, state);
          return await drive(state, ports, { signal: lost.signal, onState });
        }
      } finally {
        watcher.end();
        await lease.release();
      }
    }),
  );
}

function whereUsersAre({ id, spec, served, phase, step }: RolloutState, options: DriveStackOptions): string {
  const target = sessionArguments(options);
  const weight = served ? weightOf(spec, served) : 0;
  const isPromoted = served?.kind === "promotion" || served?.kind === "promoted";
  const users = isPromoted
    ? `users are on ${spec.to}`
    : `${weight}% of the requests stay on ${spec.to}, the others on ${spec.from}`;
  return (
    `interrupted; rollout ${id} is ${phase} at step ${step} of ${spec.steps.length}, and nobody drives it: ${users}\n` +
    `  sluice rollout --resume ${target} goes on\n  sluice abort ${target} takes users back`
  );
}
