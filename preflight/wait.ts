import { setTimeout as sleep } from "node:timers/promises";
import type { StepContext } from "../progress/step";
import { UserError } from "../progress/user-error";
import type { Kubectl } from "./client";
import { describeObject, keyOfManifest, referenceOf, type Manifest } from "../render/manifest";
import { podTroubles } from "./pod-troubles";
import { readinessOf } from "./readiness";

/** Minutes until objects that are still not ready fail the update. */
const minutesToReady = 5;

const pollMilliseconds = 500;

/**
 * Waits until objects are ready for those that depend on them.
 *
 * @param known live states read a moment ago: objects that were ready then are not asked for again.
 * @throws UserError naming the object, what it waits for, and what its pods say.
 */
export async function waitUntilReady(
  kubectl: Kubectl,
  manifests: readonly Manifest[],
  context: StepContext,
  known: readonly Manifest[] = [],
): Promise<void> {
  const deadline = Date.now() + minutesToReady * 60_000;
  const settled = new Set(known.filter((live) => readinessOf(live).waitingFor === undefined).map(keyOfManifest));
  let pending = manifests.filter((manifest) => !settled.has(keyOfManifest(manifest)));
  while (pending.length > 0) {
    const live = new Map((await kubectl.live(pending)).map((manifest) => [keyOfManifest(manifest), manifest]));
    const waiting = pending.flatMap((manifest) => {
      const now = live.get(keyOfManifest(manifest));
      const { waitingFor, isFinal } = now ? readinessOf(now) : { waitingFor: "it is gone", isFinal: true };
      return waitingFor === undefined ? [] : [{ manifest: now ?? manifest, waitingFor, isFinal }];
    });
    const [first] = waiting;
    if (!first) return;
    const lost = waiting.find(({ isFinal }) => isFinal) ?? (Date.now() > deadline ? first : undefined);
    if (lost) throw new UserError(await explainFailure(kubectl, lost.manifest, lost.waitingFor));
    const others = waiting.length > 1 ? ` (and ${waiting.length - 1} more)` : "";
    context.report(`waiting for ${describeObject(referenceOf(first.manifest))}: ${first.waitingFor}${others}`);
    pending = waiting.map(({ manifest }) => manifest);
    await sleep(pollMilliseconds, undefined, { signal: context.signal });
  }
}

async function explainFailure(kubectl: Kubectl, manifest: Manifest, waitingFor: string): Promise<string> {
  const troubles = await podTroubles(kubectl, manifest);
  return [`${describeObject(referenceOf(manifest))} does not become ready: ${waitingFor}`, ...troubles].join("\n  ");
}
