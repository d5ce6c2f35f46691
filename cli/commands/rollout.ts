import { readFileSync } from "node:fs";
import { Command, Option } from "commander";
import { stackOfText } from "../../engine/stack-file";
import { replaceFile } from "../../engine/write-file";
import type { StepContext } from "../../progress/step";
import { UserError } from "../../progress/user-error";
import { layOut } from "../../rollout/layout";
import { begin, takeOver } from "../../rollout/machine";
import { withStack } from "../../rollout/stack";
import { isEnded, newVersionWeight, type RolloutState } from "../../rollout/state";
import { abandonedBy, supersede } from "../../rollout/supersede";
import { explainRollout } from "../../rollout/words";
import { trialVersion, type TrafficPlan } from "../../traffic/plan";
import { confirm } from "../confirm";
import { Unsatisfied } from "../failure";
import { stackInForce } from "../in-force";
import { sayRenamed } from "../offline";
import { runSteps } from "../progress";
import { driveStack, type DriveStackOptions } from "../rollout/drive-stack";
import { foresee } from "../rollout/foresee";
import { askPresentTraffic, forecastRollout, foretell } from "../rollout/forecast";
import { withImage } from "../rollout/image";
import { openRecords } from "../rollout/open-records";
import { watcherFor } from "../rollout/watchers";
import {
  goOnOrBack,
  openRolloutSession,
  openSession,
  requireCluster,
  say,
  sessionArguments,
  withSessionOptions,
  type Session,
  type SessionOptions,
} from "../session";
import { readOutputs } from "../update";
import { sayForecast } from "./forecast";
import { placeOf } from "../verify-split";
import { defaultRequests, parseRequests, withUpdateOptions } from "../update-options";

interface RolloutOptions extends SessionOptions, DriveStackOptions {
  readonly to?: string;
  readonly image?: string;
  readonly resume?: boolean;
  readonly forecast?: boolean;
  readonly yes?: boolean;
}

/** `sluice rollout`: releases a version step by step, with checks at each step. */
export function rolloutCommand(): Command {
  return withUpdateOptions(withSessionOptions(new Command("rollout")))
    .option("--to <version>", "the version to roll out (default: the stack's canary or idle color)")
    .option("--image <image>", "the version's image; a new version is created like stable")
    .addOption(new Option("--resume", "resume a rollout whose driver is gone").conflicts("forecast"))
    .option("--forecast", "forecast its duration and what faults would cost; roll nothing out")
    .addOption(
      new Option("--on-interrupt <what>", "what Ctrl-C does: leave users where they are, or roll back")
        .choices(["stay", "rollback"])
        .default("stay"),
    )
    .option(
      "-n, --requests <number>",
      "how many requests verify each step, from 1 to 10000",
      parseRequests,
      defaultRequests,
    )
    .option("-y, --yes", "don't ask")
    .addHelpText(
      "after",
      `
sluice:rollout in the stack file sets the steps. For each step Sluice updates the stack: it previews the change, checks the
policies, applies it and measures the split. The rollout's state is kept in the workload's namespace: if the driver is
killed, resume the rollout with sluice rollout --resume. Meanwhile, in another terminal:
  sluice approve | pause | resume | promote | abort      sluice dashboard      sluice history

Exit codes:  0 promoted   1 rolled back, or failed   2 a config that can't be used   3 a policy failed
             130 interrupted: users stay where they are, unless --on-interrupt rollback

Examples:
  sluice rollout --stack dev --to v3
  sluice rollout --stack prod --to v3 --image registry.example.com/shop:1.4.2 --context my-cluster --yes
  sluice rollout --stack dev --resume
  sluice rollout --stack dev --to v3 --yes --json | jq -c 'select(.type == "notice")'`,
    )
    .action(async (options: RolloutOptions) => {
      const session = await (options.resume ? openRolloutSession(options) : openSession(options));
      await requireCluster(session);
      if (!options.resume) sayRenamed(session.config());
      if (options.forecast) return showForecast(session, options);
      const state = await (options.resume ? resume(session, options) : roll(session, options));
      if (state.phase !== "Succeeded") throw new Unsatisfied(state.outcome);
    });
}

/** What is about to be rolled out. */
async function planRollout(session: Session, options: RolloutOptions) {
  const { stack, file } = session.file;
  const opened = await openRecords(session);
  const outputs = await readOutputs(session, options);
  const before = readFileSync(file, "utf8");
  const after = options.image === undefined ? before : withImage(before, session.config(), options.image, options.to);
  const { config: given } = stackOfText(after, file, stack);
  // The previous rollout's result is in force even if the file doesn't say so yet.
  const { raw: config, config: checked } = await stackInForce(session, outputs, given, opened.api);
  const to = targetOf(checked.plan, options);
  const spec = withStack(layOut(checked, to), config, given);
  return { opened, outputs, before, after, checked, to, spec };
}

async function showForecast(session: Session, options: RolloutOptions): Promise<void> {
  const { checked, spec } = await planRollout(session, options);
  sayForecast(forecastRollout(checked, spec, await askPresentTraffic(checked, spec, session.choice)), options);
}

async function roll(session: Session, options: RolloutOptions): Promise<RolloutState> {
  const { opened, outputs, before, after, checked, to, spec } = await planRollout(session, options);
  const { stack, file } = session.file;
  const foretold = await foretell(checked, spec, session.choice);
  say(options, `\n${[explainRollout(stack, spec), ...foretold].join("\n")}\n`);
  const look = {
    title: "Check every step against the policies",
    run: (context: StepContext) => foresee(session, spec, outputs, options.policyPackConfig, context),
  };
  await runSteps([look], options);
  if (!options.yes) await confirm(`Roll ${to} out on ${session.choice.name}?`);
  return driveStack(session, opened, options, watcherFor(stack, options), async (last, ports, signal) => {
    const at = Date.now();
    await ports.prepare(spec, signal);
    const isUnfinished = last && !isEnded(last);
    if (isUnfinished && last.spec.to === to && last.spec.checksum === spec.checksum)
      throw new UserError(unfinished(last, options), "SLUICE1504");
    // The image belongs to the stack file: a rollout only moves users.
    if (after !== before) replaceFile(file, after);
    const place = outputs?.address === undefined ? undefined : placeOf(outputs, checked);
    if (!isUnfinished) return begin(spec, (last?.id ?? 0) + 1, at, place);
    await ports.save(supersede(last, to, at), signal);
    return begin({ ...spec, ...abandonedBy(last.spec, spec) }, last.id + 1, at, place);
  });
}

async function resume(session: Session, options: RolloutOptions): Promise<RolloutState> {
  if (options.to !== undefined || options.image !== undefined)
    throw new UserError("--resume continues with the rollout's own version: leave --to and --image out", "SLUICE1005");
  const opened = await openRecords(session);
  return driveStack(session, opened, options, watcherFor(options.stack, options), (last) => {
    if (!last || isEnded(last))
      throw new UserError(
        `${options.stack} has no rollout to resume${last ? `: rollout ${last.id} is ${last.phase}` : ""}`,
        "SLUICE1505",
      );
    const { id, spec, phase, step } = last;
    say(
      { json: true },
      `rollout ${id} to ${spec.to} resumes: ${phase}, step ${step} of ${spec.steps.length}, ${newVersionWeight(last)}%`,
    );
    return Promise.resolve(takeOver(last, Date.now()));
  });
}

function targetOf(plan: TrafficPlan, { to, image }: RolloutOptions): string {
  const trial = to ?? trialVersion(plan);
  if (trial !== undefined) return trial;
  throw new UserError(
    `no version to ${image === undefined ? "" : "give the image to and "}roll out, as the stack names no canary: pass --to VERSION`,
    "SLUICE1005",
  );
}

function unfinished({ id, spec, phase, step }: RolloutState, options: RolloutOptions): string {
  const target = sessionArguments(options);
  return (
    `rollout ${id} to ${spec.to} is not finished (${phase}, step ${step} of ${spec.steps.length}) and has no driver: ` +
    goOnOrBack(target)
  );
}
