import { setTimeout as sleep } from "node:timers/promises";
import type { ClusterApi } from "../cluster/api";
import { sendPatch } from "../cluster/send-patch";
import type { Step, StepContext } from "../progress/step";
import { podsNeeded, podsReady, type Successor } from "../routers/deployed";
import { doAll, runSteps, type ProgressOptions } from "./progress";

/** Milliseconds between two looks at pods that are on their way. */
const lookPeriod = 1000;

/**
 * Milliseconds after a switch until an autoscaler has seen what it brings: it looks every 15 s at metrics that are up to a
 * minute old. From then on its own window, in which the highest recommendation counts, keeps the pods.
 *
 * @see https://kubernetes.io/docs/tasks/run-application/horizontal-pod-autoscale/#stabilization-window
 */
const loadMilliseconds = 90_000;

type Objects = Pick<ClusterApi["objects"], "get" | "apply" | "merge">;

/**
 * Moves users from one color to the other. If autoscalers count the pods, the other color gets as many as serve now first,
 * and its autoscaler its own number back at the end, however the move went.
 *
 * @param move is given what tells that users have come.
 */
export async function withSuccessors(
  objects: Objects,
  successors: readonly Successor[],
  options: ProgressOptions,
  move: (moved: () => void) => Promise<void>,
): Promise<void> {
  if (successors.length === 0) return move(() => undefined);
  let movedAt: number | undefined;
  await doAll(
    async () => {
      await runSteps([raiseStep(objects, successors)], options);
      await move(() => (movedAt = Date.now()));
    },
    () => runSteps([releaseStep(objects, successors, () => movedAt)], options),
  );
}

/** {@link raiseSuccessors} as a step of a command. */
export function raiseStep(objects: Objects, successors: readonly Successor[]): Step {
  return {
    title: "Bring up as many pods as serve now",
    run: (context) => raiseSuccessors(objects, successors, context),
  };
}

/**
 * {@link releaseSuccessors} as a step of a command.
 *
 * @param movedAt gives when users have come, in milliseconds; it is asked when the step begins.
 */
export function releaseStep(
  objects: Objects,
  successors: readonly Successor[],
  movedAt: () => number | undefined,
): Step {
  return {
    title: "Leave the number of pods to the autoscaler",
    run: (context) => releaseSuccessors(objects, successors, movedAt(), context),
  };
}

/**
 * Gives each successor as many pods as what serves until now, within its autoscaler's bounds, and waits until they are ready.
 * The autoscaler's least number is raised for that, until {@link releaseSuccessors}: it would take the pods away again,
 * because nobody asks them for anything yet.
 */
export async function raiseSuccessors(
  objects: Objects,
  successors: readonly Successor[],
  { report, signal }: StepContext,
): Promise<void> {
  const wanted = await Promise.all(
    successors.map(async (one) => {
      const number = podsNeeded(one, await objects.get(deployment(one, one.serving)));
      if (number > one.minReplicas) await sendPatch(objects, { ...autoscaler(one), patch: leastOf(number) });
      return { one, number };
    }),
  );
  for (const { one, number } of wanted)
    for (;;) {
      const ready = podsReady(await objects.get(deployment(one, one.target)));
      if (ready === undefined || ready >= number) break;
      report(`${one.target} has ${ready} of ${number} pods, as many as ${one.serving}`);
      await sleep(lookPeriod, undefined, { signal });
    }
}

/**
 * Gives each autoscaler its own least number back, once it has seen what the switch has brought.
 *
 * @param since when users were switched, in milliseconds since 1970; nothing if they were not.
 */
export async function releaseSuccessors(
  objects: Objects,
  successors: readonly Successor[],
  since: number | undefined,
  { report, signal }: StepContext,
): Promise<void> {
  for (const one of successors) {
    const { minReplicas: least } = ((await objects.get(autoscaler(one)))?.["spec"] ?? {}) as { minReplicas?: number };
    if (least === undefined || least <= one.minReplicas) continue;
    report(`the autoscaler of ${one.target} gets to know the load`);
    await sleep(since === undefined ? 0 : Math.max(0, since + loadMilliseconds - Date.now()), undefined, { signal });
    await sendPatch(objects, { ...autoscaler(one), patch: leastOf(one.minReplicas) });
  }
}

const leastOf = (minReplicas: number) => ({ spec: { minReplicas } });

function deployment({ namespace }: Successor, name: string) {
  return { apiVersion: "apps/v1", kind: "Deployment", namespace, name };
}

function autoscaler({ namespace, target, autoscaler: name = target }: Successor) {
  return { apiVersion: "autoscaling/v2", kind: "HorizontalPodAutoscaler", namespace, name };
}
