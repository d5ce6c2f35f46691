import type { Change, DestroyOptions, Preview, StackOutputs, UpdateOptions, UpdateResult } from "../engine/engine";
import type { Step, StepContext } from "../progress/step";
import { noInPlaceRelease } from "../policies/no-in-place-release";
import type { StackConfig } from "../config";
import type { PlanVerdict } from "../traffic/verdict";
import { clusterApi } from "../cluster/api";
import { demandAllowed, type Violation } from "../engine/policy/violation";
import { withSuccessors } from "./autoscaled";
import { confirm } from "./confirm";
import { Unsatisfied } from "./failure";
import { runSteps, type ProgressOptions } from "./progress";
import { say, type Session, type SessionOptions } from "./session";
import { showPreview, showVerdict, summarizeChanges } from "./show";
import { verifySplit, whyUnasked } from "./verify-split";

/**
 * The outputs of the stack as it is, read as a step of a command; nothing if it is not up.
 *
 * @param meanwhile what this process does while Pulumi's CLI reads.
 */
export async function readOutputs(
  session: Session,
  options: Pick<SessionOptions, "json">,
  meanwhile?: () => void,
): Promise<StackOutputs | undefined> {
  let outputs: StackOutputs | undefined;
  const read: Step = {
    title: `Read what ${session.file.stack} has`,
    run: async (context) => void (outputs = await session.outputs(context, meanwhile)),
  };
  await runSteps([read], options);
  return outputs;
}

/** Asks the engine what an update would change. */
export function previewStep(session: Session, options: UpdateOptions, take: (preview: Preview) => void): Step {
  return {
    title: `Preview ${session.file.stack}`,
    run: async (context) => {
      const preview = await session.engine().preview(context, options);
      take(preview);
      return preview.changes.length === 0 ? "nothing to change" : summarizeChanges(preview.changes, preview.unchanged);
    },
  };
}

/** Options of the commands that ask before they change anything. */
export interface AgreeOptions extends UpdateOptions, Pick<SessionOptions, "json"> {
  readonly yes?: boolean;
  /** True if users are only taken from a canary, which no policy may refuse unless a version changes at the same time. */
  readonly isWayBack?: boolean;
}

/**
 * Previews an update, shows it, and asks, unless `--yes` has said so, there is nothing to change, or no question is given.
 *
 * @throws PolicyError if a mandatory policy is violated, once the preview is shown; on a rollback only if a version changes.
 */
export async function agreeOn(session: Session, options: AgreeOptions, question?: string): Promise<Preview> {
  let preview: Preview | undefined;
  await runSteps([previewStep(session, options, (result) => (preview = result))], options);
  if (!preview) throw new Error("a preview that did not fail has a result");
  agreeTo(session, preview, options);
  if (question !== undefined && !options.yes && preview.changes.length > 0) await confirm(question);
  return preview;
}

/**
 * Shows a preview that nobody is asked about.
 *
 * @throws PolicyError as {@link agreeOn} does.
 */
export function agreeTo(session: Session, preview: Preview, options: AgreeOptions): void {
  say(options, `\n${showPreview(session.file.stack, preview)}\n`);
  // A rollback of traffic must not change an image.
  const isHeld = ({ policy }: Violation) => !options.isWayBack || policy === noInPlaceRelease.name;
  demandAllowed(preview.violations.filter(isHeld), true);
}

/** Applies the stack and waits until its objects are ready. */
export function upStep(session: Session, options: UpdateOptions, take: (result: UpdateResult) => void): Step {
  return {
    title: `Update ${session.file.stack}`,
    run: async (context) => {
      const result = await session.engine().up(context, options);
      take(result);
      const ready = result.outputs.address === undefined ? "ready" : `ready at ${result.outputs.address}`;
      return [ready, ...result.changes.flatMap(whyKept)].join("; ");
    },
  };
}

/** Makes an update that was previewed, and goes on with other steps; if it switches colors, with enough pods there. */
export async function runUpdate(session: Session, update: Step, more: readonly Step[], options: ProgressOptions) {
  const { objects } = clusterApi(session.choice.cluster());
  await withSuccessors(objects, session.engine(), options, async (moved) => {
    await runSteps([update], options);
    moved();
    await runSteps(more, options);
  });
}

/**
 * Measures the split by requests.
 *
 * @param outputsOf tells where the stack answers.
 */
export function verifyStep(
  session: Session,
  requests: number,
  take: (verdict: PlanVerdict) => void,
  outputsOf: (context: StepContext) => Promise<StackOutputs | undefined>,
): Step {
  return {
    title: `Verify the split by ${requests} requests`,
    run: async (context) => {
      const outputs = await outputsOf(context);
      const verdict = await verifySplit(session.choice.cluster(), session.config(), outputs, requests, context);
      take(verdict);
      return verdict.asPlanned ? "as planned" : "not as planned";
    },
  };
}

/** The same, unless nobody outside the cluster can send requests. */
export function verifySteps(...args: Parameters<typeof verifyStep>): Step[] {
  const [session] = args;
  return whyUnasked(session.config()) === undefined ? [verifyStep(...args)] : [];
}

/**
 * Makes the objects as the stack says, and measures the split where the update says that users are served, unless nobody
 * outside the cluster can send requests.
 */
export async function updateAndVerify(
  session: Session,
  options: AgreeOptions,
  requests: number,
): Promise<{ readonly result: UpdateResult; readonly verdict?: PlanVerdict }> {
  let result: UpdateResult | undefined;
  let verdict: PlanVerdict | undefined;
  const update = upStep(session, options, (made) => (result = made));
  const checks = verifySteps(
    session,
    requests,
    (counted) => (verdict = counted),
    () => Promise.resolve(result?.outputs),
  );
  await runUpdate(session, update, checks, options);
  if (!result) throw new Error("an update that did not fail has a result");
  return { result, verdict };
}

/** Refuses to remove a stack that has protected objects, before it changes anything. */
export function removableStep(session: Session): Step {
  return {
    title: `Check that ${session.file.stack} can be removed`,
    run: (context) => session.engine().demandRemovable(context),
  };
}

/** Removes the stack's objects. */
export function destroyStep(
  session: Session,
  take: (changes: readonly Change[]) => void,
  options: DestroyOptions = {},
): Step {
  return {
    title: `Remove ${session.file.stack}`,
    run: async (context) => {
      const changes = await session.engine().destroy(context, options);
      take(changes);
      const removed = changes.filter(({ kind }) => kind === "delete").length;
      return changes.length === 0
        ? "it was not up"
        : [`${removed} objects removed`, ...changes.flatMap(whyKept)].join("; ");
    },
  };
}

/** `Namespace demo stays: it was there before the stack`, for an object that stays. */
function whyKept({ kind, object, reason }: Change): string[] {
  return kind === "keep" ? [`${object} stays: ${reason}`] : [];
}

/** What an update's split came to, or why it was not measured. */
export function showSplit(verdict: PlanVerdict | undefined, config: StackConfig): string {
  return verdict ? showVerdict(verdict) : `not verified: ${whyUnasked(config)}`;
}

/** Ends a command with exit status 1 where the split is not as planned; the table has said so already. */
export function demandAsPlanned(verdict: PlanVerdict | undefined): void {
  if (verdict && !verdict.asPlanned) throw new Unsatisfied("the measured split is not as planned");
}
