import { readFileSync } from "node:fs";
import { ownValues } from "../../config/own-values";
import type { MigrationConfig } from "../../config/migration";
import type { TrafficValues } from "../../record/traffic-values";
import type { StackOutputs, UpdateResult } from "../../engine/engine";
import type { Place } from "../../probe/ask-plan";
import { changeFile } from "../../engine/write-file";
import type { StepContext } from "../../progress/step";
import { UserError } from "../../progress/user-error";
import { withTrafficValues } from "../traffic-text";
import { confirm } from "../confirm";
import { Unsatisfied } from "../failure";
import { runSteps } from "../progress";
import { say, sessionArguments, type Session, type SessionOptions } from "../session";
import { showComparison } from "../show";
import { agreeOn, demandAsPlanned, showSplit, updateAndVerify, upStep, type AgreeOptions } from "../update";
import { placeOf } from "../verify-split";
import { compareRouters, type ComparisonResult } from "./compare";
import { besideValues, finishedValues, handOverValues, migrationOf, type Addresses } from "./values";
import { jsonOf } from "../answers";

/** Which step of a migration is wanted, and how. */
export interface MigrateOptions extends SessionOptions, AgreeOptions {
  readonly to?: MigrationConfig["to"];
  readonly handOver?: "address" | "dns" | true;
  readonly finish?: boolean;
  readonly back?: boolean;
  readonly requests: number;
}

/** Takes one step of a migration: starts it, moves users, goes back, or finishes it. */
export async function migrate(session: Session, options: MigrateOptions): Promise<void> {
  const own = ownValues(session.file.config);
  const target = sessionArguments(options);
  if (options.to) {
    const changed = write(session, besideValues(own, options.to, session.config()));
    const result = await update(changed, options, `Put ${options.to} beside the router of ${session.file.stack}?`);
    demandSame(options, await compare(changed.session, options, result.outputs));
    const { address } = placesOf(changed.session, result.outputs).next;
    say(
      options,
      `both routers run: users reach ${result.outputs.address}, and the new router answers at ${address}. Next:\n  sluice migrate --hand-over ${target}\nor back:\n  sluice migrate --back ${target}`,
    );
    return;
  }
  if (options.handOver) return handOver(session, own, options, target);
  if (options.back) return goBack(session, own, options);
  const changed = write(session, finishedValues(own));
  await update(changed, options, `Remove the old router of ${session.file.stack}?`, true);
  say(options, "the old router is removed");
}

async function handOver(
  session: Session,
  own: Record<string, unknown>,
  options: MigrateOptions,
  target: string,
): Promise<void> {
  if (migrationOf(own).users === "new")
    throw new UserError(
      `users are on the new router already: finish with sluice migrate --finish ${target}`,
      "SLUICE1507",
    );
  const outputs = await outputsOf(session, options);
  demandSame(options, await compare(session, options, outputs));
  const { old, next } = placesOf(session, outputs);
  const how = howToHandOver(session, options);
  if (how === "dns") {
    say(options, `point every DNS name of the stack from ${old.address} to ${next.address} now: both answer alike`);
    if (!options.yes) await confirm("Do all names point there, and has the TTL of the old records passed?");
  }
  const swap = how === "address" ? { users: old.address, other: next.address } : undefined;
  const changed = write(session, handOverValues(own, "new", swap));
  await update(changed, options, `Move the users of ${session.file.stack} to the new router?`, true);
  say(
    options,
    `users are on the new router. The old one still runs. Next:\n  sluice migrate --finish ${target}\nor back:\n  sluice migrate --back ${target}`,
  );
}

async function goBack(session: Session, own: Record<string, unknown>, options: MigrateOptions): Promise<void> {
  const migration = migrationOf(own);
  if (migration.users === "old") {
    await update(write(session, { migration: null }), options, "Remove the new router?", true);
    say(options, "the stack is as it was before the migration");
    return;
  }
  const { old: users, next: other } = placesOf(session, await outputsOf(session, options));
  // Whose addresses were exchanged has them in its controller's settings.
  const isSwapped = migration.ingressController !== undefined && "address" in migration.ingressController;
  const swap: Addresses | undefined = isSwapped ? { users: users.address, other: other.address } : undefined;
  if (!swap) say(options, `point every DNS name of the stack back from ${users.address} to ${other.address}`);
  await update(
    write(session, handOverValues(own, "old", swap)),
    options,
    "Move the users back to the old router?",
    true,
  );
  say(options, "users are on the old router again");
}

/** Both entry points exchange their addresses if the stack has both of them, and MetalLB gives the addresses. */
function howToHandOver(session: Session, { handOver }: MigrateOptions): "address" | "dns" {
  const { metallb, ingressController, migration } = session.config();
  const isOwn = [ingressController, migration?.target.ingressController].every(
    (controller) => controller !== undefined && controller.kind !== "existing",
  );
  const canSwap = metallb !== undefined && isOwn;
  if (handOver === "address" && !canSwap)
    throw new UserError(
      "--hand-over address needs sluice:metallb, and both controllers in the stack: use --hand-over dns",
      "SLUICE1005",
    );
  return handOver === true ? (canSwap ? "address" : "dns") : (handOver ?? "dns");
}

interface Changed {
  readonly session: Session;
  /** Takes the stack's file back. */
  readonly restore: () => void;
}

function write(session: Session, values: TrafficValues): Changed {
  const { file } = session.file;
  const before = readFileSync(file, "utf8");
  const restore = changeFile(file, before, withTrafficValues(before, values));
  return { session: session.reread(), restore };
}

/** Previews, asks, applies, and measures where users come by what has changed. */
async function update(
  { session, restore }: Changed,
  options: MigrateOptions,
  question: string,
  isForUsers = false,
): Promise<UpdateResult> {
  try {
    const { choice, file } = session;
    // A disposable cluster may not have the new router's controller yet.
    if (!(await choice.isUp(file.config))) await runSteps(choice.upSteps(file.config), options);
    await agreeOn(session, options, question);
  } catch (error) {
    restore();
    throw error;
  }
  if (!isForUsers) {
    let result: UpdateResult | undefined;
    await runSteps([upStep(session, options, (made) => (result = made))], options);
    if (!result) throw new Error("an update that did not fail has a result");
    return result;
  }
  const { result, verdict } = await updateAndVerify(session, options, options.requests);
  say(options, `\n${showSplit(verdict, session.config())}`);
  demandAsPlanned(verdict);
  return result;
}

async function outputsOf(session: Session, options: MigrateOptions): Promise<StackOutputs> {
  let outputs: StackOutputs | undefined;
  const read = {
    title: `Read ${session.file.stack}`,
    run: async (context: StepContext) => {
      outputs = await session.outputs(context);
    },
  };
  await runSteps([read], options);
  if (!outputs) throw new UserError("the stack is not up: there is nothing to hand over", "SLUICE1106");
  return outputs;
}

/** The users' entry point, and the other one. */
function placesOf(session: Session, outputs: StackOutputs): { readonly old: Place; readonly next: Place } {
  const beside = outputs["beside"] as { address?: string; port?: number } | undefined;
  if (!beside?.address) throw new UserError("the new router has no address yet: continue with sluice up", "SLUICE1107");
  return { old: placeOf(outputs, session.config()), next: { address: beside.address, port: beside.port ?? 80 } };
}

async function compare(session: Session, options: MigrateOptions, outputs: StackOutputs): Promise<ComparisonResult> {
  let result: ComparisonResult | undefined;
  const step = {
    title: "Compare both routers, request by request",
    run: async (context: StepContext) => {
      result = await compareRouters(
        session.choice.cluster(),
        session.config(),
        placesOf(session, outputs),
        options.requests,
        context,
      );
      return `${result.compared} requests, ${result.differences.length} differences`;
    },
  };
  await runSteps([step], options);
  if (!result) throw new Error("a comparison that did not fail has a result");
  return result;
}

function demandSame(options: MigrateOptions, result: ComparisonResult): void {
  const { differences, splits } = result;
  if (options.json) say({}, jsonOf<"migrate">(result));
  else say(options, `\n${showComparison(result)}\n`);
  if (differences.length === 0 && splits.old.asPlanned && splits.next.asPlanned) return;
  const outcome = "the routers do not both answer as planned: no users were moved";
  say(options, outcome);
  throw new Unsatisfied(outcome);
}
