import type { Place } from "../../probe/ask-plan";
import type { StepContext } from "../../progress/step";
import { UserError } from "../../progress/user-error";
import { explainPlan, summarizePlan } from "../../traffic/explain";
import type { TrafficPlan } from "../../traffic/plan";
import { stackInForce } from "../in-force";
import { runSteps } from "../progress";
import type { Session, SessionOptions } from "../session";
import { placeOf, whyUnasked } from "../verify-split";
import { isSameData } from "../../values/same-data";
import { fit } from "./layout";

/** The plan that the cluster has, and where it is asked. */
export interface LivePlan {
  readonly plan: TrafficPlan;
  /** The plan as sentences, a line each. */
  readonly words: readonly string[];
  /** Nothing if nobody outside the cluster can send requests. */
  readonly place?: Place;
  /** The command before the command by which requests are sent. */
  readonly client: readonly string[];
}

/**
 * Reads the plan that users get: a rollout's, if one decides about the traffic, else the one that the last update left in the
 * cluster. The stack's file may say another one.
 *
 * @throws UserError if the stack is not up, has no address, or can't be asked.
 */
export async function readLivePlan(session: Session, context: StepContext): Promise<LivePlan> {
  const outputs = await session.outputs(context);
  context.signal.throwIfAborted();
  const place = whyUnasked(session.config()) === undefined ? placeOf(outputs, session.config()) : undefined;
  const { decides, config } = await stackInForce(session, outputs);
  const plan = decides ? config.plan : outputs?.plan;
  if (!outputs || !plan)
    throw new UserError(
      `the stack has no plan among its outputs: sluice up --stack ${session.file.stack}`,
      "SLUICE1106",
    );
  const words = decides ? explainPlan(plan) : outputs.traffic;
  return { plan, words, ...(place && { place }), client: session.choice.cluster().profile?.client ?? [] };
}

/**
 * Reads it as a step, whose progress is shown.
 *
 * @param summarize what the step says of it at its end; nothing by default.
 * @throws UserError as {@link readLivePlan} does.
 */
export async function showLivePlan(
  session: Session,
  options: SessionOptions,
  summarize: (live: LivePlan) => string | undefined = () => undefined,
): Promise<LivePlan> {
  let live: LivePlan | undefined;
  const step = {
    title: `Read the plan of ${session.file.stack}`,
    run: async (context: StepContext) => {
      live = await readLivePlan(session, context);
      return summarize(live);
    },
  };
  await runSteps([step], options);
  if (!live) throw new UserError("the plan could not be read", "SLUICE1106");
  return live;
}

/** What came of reading the stack's file and the cluster's plan beside what is shown. */
export interface PlanState {
  readonly stack: string;
  readonly live: TrafficPlan;
  /** The plan of the stack's file, when it could last be used. */
  readonly file: TrafficPlan;
  /** Why the stack file can't be used now. */
  readonly fileTrouble?: string;
  /** Why the cluster's plan can't be read now. */
  readonly liveTrouble?: string;
  /** That nobody drives the stack's rollout. */
  readonly undriven?: string;
}

/** What a user should know of the plan that is shown, a line each. */
export function notesOf({ stack, live, file, fileTrouble, liveTrouble, undriven }: PlanState): string[] {
  const words = summarizePlan(file);
  const otherwise = words === summarizePlan(live) ? "" : ` (${words})`;
  return [
    ...(undriven === undefined ? [] : [undriven]),
    ...(isSameData(live, file) ? [] : [`the stack file differs${otherwise}: sluice preview --stack ${stack}`]),
    ...(fileTrouble === undefined ? [] : [`the stack file can't be used: ${oneLine(fileTrouble)}`]),
    ...(liveTrouble === undefined
      ? []
      : [`the cluster's plan can't be read, this is the last one known: ${oneLine(liveTrouble)}`]),
  ];
}

/** What `kubectl` and YAML's parser say may be pages long. */
function oneLine(text: string): string {
  return fit(text.replace(/\s+/g, " ").trim(), 200);
}
