import { untilAnswered } from "../cluster/until-answered";
import type { TrafficValues } from "../record/traffic-values";
import type { Preview, StackOutputs } from "../engine/engine";
import { replaceFile } from "../engine/write-file";
import type { StepContext } from "../progress/step";
import type { RoutePatch } from "../routers/router";
import type { PlanVerdict } from "../traffic/verdict";
import { isWayBack } from "../traffic/way-back";
import { withSuccessors } from "./autoscaled";
import { confirm } from "./confirm";
import { fallingShift } from "./falling-shift";
import type { StackInForce } from "./in-force";
import { doAll, runSteps, runTogether } from "./progress";
import { openRecords, type StackRecords } from "./rollout/open-records";
import { patchesOf, sendPatches } from "./route-patches";
import { inProcess, routesShift, type RoutesShift } from "./routes-shift";
import { say, sessionArguments, type Session, type SessionOptions } from "./session";
import { showPreview } from "./show";
import {
  agreeOn,
  agreeTo,
  demandAsPlanned,
  readOutputs,
  runUpdate,
  showSplit,
  upStep,
  verifySteps,
  type AgreeOptions,
} from "./update";
import { onChanged, wishedStack, type WishedStack } from "./wished-stack";
import { jsonOf } from "./answers";

/** Options of the commands that move traffic by changing the stack's file. */
export interface ChangeOptions extends SessionOptions, AgreeOptions {
  readonly requests: number;
}

/**
 * Moves traffic: shows what other values in the stack's file do, asks, moves the routes, measures them by requests, and
 * reconciles. Before the yes nothing is changed, in the file neither. Where only routes differ they are patched at once, and
 * Pulumi, which finds nothing to change in them, hears of it last. Where requests are only taken from the canary, and where
 * nobody reads a preview before the yes, Pulumi is not even asked for one.
 *
 * @param wish gives values by the key's path below `config`, without the namespace; `null` takes a key out.
 * @throws ConfigError if the stack would not be usable.
 */
export async function changeStack(
  session: Session,
  wish: (stack: StackInForce) => TrafficValues,
  options: ChangeOptions,
): Promise<void> {
  const opened = await openRecords(session);
  const { objects } = opened.api;
  const wished = (outputs?: StackOutputs) => wishedStack(session, opened, wish, outputs, options);
  const [known] = await Promise.allSettled([wished()]);
  const falling =
    known.status === "fulfilled" &&
    (await fallingShift(objects, known.value.inForce.config, known.value.config).catch(() => undefined));
  if (known.status === "fulfilled" && falling) {
    say(options, `\n${showPreview(options.stack, falling.preview)}\n`);
    if (!options.yes) await confirm(questionOf(session));
    return onChanged(session, known.value, (changed) => move(changed, opened, known.value, falling, options));
  }
  const outputs = await readOutputs(session, options, options.yes ? () => void inProcess() : undefined);
  const stack = await wished(outputs);
  const { config } = stack;
  await onChanged(session, stack, async (changed) => {
    const isBack = outputs?.plan !== undefined && isWayBack(outputs.plan, config.plan);
    const agreeing = { ...options, isWayBack: isBack };
    let byRoutes: RoutesShift | undefined;
    const check = async (last: StackOutputs) => {
      byRoutes = await routesShift(objects, changed, stack.inForce, last, options.policyPackConfig);
      return byRoutes ? "only routes change" : "a preview will tell";
    };
    if (options.yes && outputs)
      await runSteps([{ title: `Check ${options.stack}`, run: () => check(outputs) }], options);
    if (byRoutes) {
      agreeTo(changed, byRoutes.preview, agreeing);
      return move(changed, opened, stack, { ...byRoutes, outputs }, options);
    }
    const preview = await agreeOn(changed, agreeing, questionOf(session));
    const patches = patchesOf(config, outputs, preview);
    await move(changed, opened, stack, { preview, patches, outputs }, options);
  });
}

function questionOf({ file, choice }: Session): string {
  return `Move the traffic of ${file.stack} on ${choice.name}?`;
}

/** What was agreed to. */
interface Agreed {
  readonly preview: Preview;
  /** What moves the routes; nothing if only an update of the stack can. */
  readonly patches: readonly RoutePatch[] | undefined;
  /** What alone Pulumi has to be told of. */
  readonly targets?: readonly string[];
  readonly outputs?: StackOutputs;
}

async function move(
  changed: Session,
  { api, records }: StackRecords,
  { config, inForce: { rollout }, path, changes, before, after }: WishedStack,
  { preview, patches, targets, outputs }: Agreed,
  options: ChangeOptions,
): Promise<void> {
  const target = sessionArguments(options);
  let verdict: PlanVerdict | undefined;
  let last = outputs;
  const write = async () => {
    if (rollout && !rollout.isSettled) await records.settle(rollout.id);
    if (after !== before) replaceFile(path, after);
  };
  const patch = {
    title: "Move the routes",
    run: async ({ report, signal }: StepContext) => {
      const tell = ({ message }: Error) => report(`waiting for the cluster: ${message}`);
      await untilAnswered(() => sendPatches(api, patches ?? []), { signal, tell });
      await write();
    },
  };
  const update = upStep(changed, { ...options, targets }, (made) => (last = made.outputs));
  const checks = verifySteps(
    changed,
    options.requests,
    (counted) => (verdict = counted),
    async (context) => (last ??= await changed.outputs(context)),
  );
  /**
   * Pulumi hears of it whatever the requests say, so that its state is not left behind: at the same time, unless the
   * address is still to be read from that state, which can't be read while an update writes it.
   */
  const byPatches = () =>
    withSuccessors(api.objects, changed.engine(), options, async (moved) => {
      await runSteps([patch], options);
      moved();
      if (outputs) return runTogether([...checks, update], options);
      await doAll(
        () => runSteps(checks, options),
        () => runSteps([update], options),
      );
    });
  if (!patches) await write();
  try {
    await (patches ? byPatches() : runUpdate(changed, update, checks, options));
  } catch (error) {
    say(
      { json: true },
      `the stack file has the new plan: continue with sluice up ${target}, or go back with sluice undo ${target}`,
    );
    throw error;
  }
  if (options.json) say({}, jsonOf<"shift">({ changes, preview, verdict }));
  else say({}, `\n${showSplit(verdict, config)}`);
  sayWayBack(preview, options);
  demandAsPlanned(verdict);
}

function sayWayBack({ trafficBefore }: Preview, options: ChangeOptions): void {
  if (trafficBefore)
    say(options, `to go back to ${trafficBefore.join("; ")}:\n  sluice undo ${sessionArguments(options)}`);
}
