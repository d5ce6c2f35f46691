import { setTimeout as sleep } from "node:timers/promises";
import type { Change, StackOutputs } from "../engine/engine";
import type { Step, StepContext } from "../progress/step";
import type { Verdict } from "../traffic/verdict";
import type { Session } from "./session";
import { measureSplit, placeOf } from "./verify-split";

/** As many as are sent at once: of a controller's workers, one may know the route before another one does. */
const requests = 8;

/** Three times as long as ingress-nginx takes to hear of a change by its defaults (`--sync-rate-limit`). */
const patienceSeconds = 10;

/** True if an update has made an Ingress: its controller answers 404 until it has heard of it. */
export function makesRoute(changes: readonly Change[]): boolean {
  return changes.some(({ kind, object }) => kind === "create" && object.startsWith("Ingress "));
}

/** Waits until the controller serves a new route, so that users can be sent there when `sluice up` ends. */
export function routedStep(session: Session, outputs: StackOutputs): Step {
  return {
    title: "Wait until the controller serves the new route",
    run: async (context) => {
      const config = session.config();
      const place = placeOf(outputs, config);
      const { signal } = context;
      return untilRouted(() => measureSplit(session.choice.cluster(), config, place, requests, signal), context);
    },
  };
}

/**
 * Measures again and again until nobody is answered by the controller itself, for at most ten seconds, as an application
 * may answer 404 as well. An address that does not answer from this machine is not waited for.
 *
 * @returns a message if that doesn't happen.
 */
export async function untilRouted(
  measure: () => Promise<Pick<Verdict, "failures">>,
  { report, signal }: StepContext,
): Promise<string | undefined> {
  const deadline = Date.now() + patienceSeconds * 1000;
  for (;;) {
    const failures = Object.keys((await measure()).failures);
    const waiting = failures.find((failure) => /^status (404|503):/.test(failure));
    if (waiting === undefined)
      return failures[0] === undefined ? undefined : `requests from this machine fail: ${failures[0]}`;
    if (Date.now() >= deadline) return `not yet after ${patienceSeconds} s: ${waiting}`;
    report(waiting);
    await sleep(500, undefined, { signal });
  }
}
