import { setTimeout as sleep } from "node:timers/promises";
import type { ObjectsApi } from "../cluster/objects-api";
import type { StepContext } from "../progress/step";
import { UserError } from "../progress/user-error";
import { describeObject, type ObjectReference } from "../render/manifest";
import { deploymentReadiness } from "./deployment-readiness";
import { podTroubles } from "./pod-troubles";

const pollMilliseconds = 500;

/**
 * Waits until a Deployment's pods are ready, all of them of its present generation.
 *
 * @param seconds until pods that are still not ready are given up.
 * @throws UserError naming the Deployment, what it waits for, and what its pods say.
 */
export async function waitForPods(
  api: Pick<ObjectsApi, "get" | "listIn">,
  reference: ObjectReference,
  { report, signal }: StepContext,
  seconds = 300,
): Promise<void> {
  const deadline = Date.now() + seconds * 1000;
  for (;;) {
    const live = await api.get(reference);
    const { waitingFor, isFinal } = live ? deploymentReadiness(live) : { waitingFor: "it is gone", isFinal: true };
    if (waitingFor === undefined) return;
    const name = describeObject(reference);
    if (isFinal || Date.now() > deadline) {
      const lines = [`${name} does not become ready: ${waitingFor}`, ...(live ? await podTroubles(api, live) : [])];
      throw new UserError(lines.join("\n  "), "SLUICE1306");
    }
    report(`waiting for ${name}: ${waitingFor}`);
    await sleep(pollMilliseconds, undefined, { signal });
  }
}
