import { clusterErrorOf } from "../../cluster/errors";
import { UserError } from "../../progress/user-error";
import type { RolloutView } from "../../rollout/dashboard/data";
import type { RolloutState } from "../../rollout/state";
import { describeUndriven, whyUndriven } from "../../rollout/store/standing";
import { viewOf } from "../../rollout/view";
import { goOnOrBack, type Session } from "../session";
import { openRecords, type StackRecords } from "./open-records";

/**
 * One line if nobody drives the stack's last rollout though it is not over, or if its record can't be read.
 *
 * @throws ClusterError if the cluster can't be asked.
 */
export async function undrivenLine(opened: StackRecords): Promise<string | undefined> {
  const { stack } = opened.at;
  try {
    const last = await opened.records.last();
    const undriven = last && (await whyUndriven(opened, last));
    return undriven === undefined || !last
      ? undefined
      : `${describeUndriven(last, undriven)}: ${goOnOrBack(`--stack ${stack}`)}`;
  } catch (error) {
    if (clusterErrorOf(error) || !(error instanceof UserError)) throw error;
    return error.message;
  }
}

/** Warns on stderr that the stack's rollout has no driver. If the cluster doesn't answer, the command continues without. */
export async function sayUndriven(session: Session): Promise<void> {
  const line = await openRecords(session)
    .then(undrivenLine)
    .catch(() => undefined);
  if (line !== undefined) process.stderr.write(`${line}\n`);
}

/** A stack's rollouts as people read them, the last first; of that one it is said whether nobody drives it. */
export async function viewsOf(opened: StackRecords, rollouts: readonly RolloutState[]): Promise<RolloutView[]> {
  const [last] = rollouts;
  const undriven = last && (await whyUndriven(opened, last));
  return rollouts.map((one) => ({ ...viewOf(one), ...(one === last && undriven !== undefined && { undriven }) }));
}
