import { setTimeout as sleep } from "node:timers/promises";
import type { ClusterApi } from "../cluster/api";
import { sendPatch } from "../cluster/send-patch";
import type { Step, StepContext } from "../progress/step";
import { podsNeeded, podsReady, type Autoscaled, type Successor } from "../routers/deployed";
import { Interrupted } from "./interruption";
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

/** Marks an autoscaler whose minReplicas is raised, so that the next command restores it after an interruption. */
const raisedAnnotation = "sluice.dev/min-replicas-raised";

/** What an update sends users to, if autoscalers set the number of pods. */
export interface Autoscalers {
  /** What needs as many pods as serve now, before it serves. */
  readonly successors: readonly Successor[];
  /** All that serves after the update. */
  readonly autoscaled: readonly Autoscaled[];
}

/**
 * Moves users from one color to the other. If autoscalers set the number of pods, the other color gets as many as serve now first,
 * and its autoscaler its own number back at the end, however the move went. After an interruption behind the move it keeps
 * them, as it has not seen the load; the next update of the stack finds that, and gives it its number back.
 *
 * @param move is given what tells that users have come.
 */
export async function withSuccessors(
  objects: Objects,
  { successors, autoscaled }: Autoscalers,
  options: ProgressOptions,
  move: (moved: () => void) => Promise<void>,
): Promise<void> {
  if (successors.length === 0) {
    await move(() => undefined);
    const left = await raisedOf(objects, autoscaled);
    if (left.length > 0) await runSteps([releaseStep(objects, left, () => undefined)], options);
    return;
  }
  let movedAt: number | undefined;
  try {
    await doAll(
      async () => {
        await runSteps([raiseStep(objects, successors)], options);
        await move(() => (movedAt = Date.now()));
      },
      () => runSteps([releaseStep(objects, successors, () => movedAt)], options),
    );
  } catch (error) {
    if (error instanceof Interrupted) await afterInterruption(objects, successors, movedAt !== undefined);
    throw error;
  }
}

async function afterInterruption(objects: Objects, successors: readonly Successor[], hasMoved: boolean): Promise<void> {
  if (!hasMoved) {
    const { signal } = new AbortController();
    return releaseSuccessors(objects, successors, undefined, { report: () => undefined, signal });
  }
  for (const { target } of await raisedOf(objects, successors))
    process.stderr.write(
      `sluice: the autoscaler of ${target} keeps as many pods as the switch needs until the next update of the stack\n`,
    );
}

/** Those of them whose least number is raised. */
async function raisedOf<One extends Autoscaled>(objects: Objects, all: readonly One[]): Promise<One[]> {
  const live = await Promise.all(all.map((one) => objects.get(autoscaler(one))));
  return all.filter((_, index) => {
    const { annotations } = (live[index]?.metadata ?? {}) as { annotations?: Readonly<Record<string, string>> };
    return annotations?.[raisedAnnotation] !== undefined;
  });
}

/** {@link raiseSuccessors} as a step of a command. */
export function raiseStep(objects: Objects, successors: readonly Successor[]): Step {
  return {
    title: "Start as many pods as serve now",
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
  successors: readonly Autoscaled[],
  movedAt: () => number | undefined,
): Step {
  return {
    title: "Return the number of pods to the autoscaler",
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
      if (number > one.minReplicas) await sendPatch(objects, { ...autoscaler(one), patch: leastOf(number, "true") });
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
  successors: readonly Autoscaled[],
  since: number | undefined,
  { report, signal }: StepContext,
): Promise<void> {
  for (const one of successors) {
    const { minReplicas: least } = ((await objects.get(autoscaler(one)))?.["spec"] ?? {}) as { minReplicas?: number };
    if (least === undefined || least <= one.minReplicas) continue;
    report(`waiting until the autoscaler of ${one.target} has seen the load`);
    await sleep(since === undefined ? 0 : Math.max(0, since + loadMilliseconds - Date.now()), undefined, { signal });
    await sendPatch(objects, { ...autoscaler(one), patch: leastOf(one.minReplicas, null) });
  }
}

const leastOf = (minReplicas: number, raised: "true" | null) => ({
  metadata: { annotations: { [raisedAnnotation]: raised } },
  spec: { minReplicas },
});

function deployment({ namespace }: Successor, name: string) {
  return { apiVersion: "apps/v1", kind: "Deployment", namespace, name };
}

function autoscaler({ namespace, target, autoscaler: name = target }: Autoscaled) {
  return { apiVersion: "autoscaling/v2", kind: "HorizontalPodAutoscaler", namespace, name };
}
