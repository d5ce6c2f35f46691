import { readFileSync } from "node:fs";
import { parseStackConfig, type StackConfig } from "../../config";
import type { TrafficValues } from "../../record/traffic-values";
import { editStack } from "../../engine/edit-stack";
import { replaceFile } from "../../engine/write-file";
import type { Step } from "../../progress/step";
import { UserError } from "../../progress/user-error";
import { withValues } from "../../record/traffic";
import { nameOf } from "../../workloads/names";
import { confirm } from "../confirm";
import { stackInForce } from "../in-force";
import { runSteps } from "../progress";
import { openRecords } from "../rollout/open-records";
import { goOnOrBack, say, sessionArguments, type Session, type SessionOptions } from "../session";
import { withoutCanary } from "../shift-changes";
import { withTrafficValues } from "../traffic-text";
import { destroyStep, readOutputs, removableStep } from "../update";
import { stepsAfter, stepsBack, type Adopted } from "./steps";
import { jsonOf } from "../answers";

/** Options of `sluice release`. */
export interface ReleaseOptions extends SessionOptions {
  readonly yes?: boolean;
}

/**
 * Hands a live application back: it gets what was promoted, then users, and then the stack's own objects go.
 *
 * Each step is idempotent, so an interrupted release continues when the command is run again.
 *
 * @throws UserError if the stack has adopted nothing, or if a rollout is under way.
 */
export async function release(session: Session, options: ReleaseOptions): Promise<void> {
  const { stack } = session.file;
  const { api, records } = await openRecords(session);
  const { live } = session.config().application ?? {};
  if (!live)
    throw new UserError(`${stack} has adopted nothing (sluice:from.live): remove it with sluice down`, "SLUICE1111");
  const outputs = await readOutputs(session, options);
  if (!outputs) throw new UserError(`${stack} is not up: there is nothing to hand back`, "SLUICE1106");
  const { config, raw, decides } = await stackInForce(session, outputs, session.file.config, api);
  if (decides?.state === "under way")
    throw new UserError(
      `rollout ${decides.id} to ${decides.to} is under way: ${goOnOrBack(sessionArguments(options))}`,
      "SLUICE1504",
    );
  const { application, plan } = config;
  if (!application || plan.strategy !== "canary") throw new Error("an adoption has objects, and strategy canary");
  const values = { ...withoutCanary, stable: live.version };
  const after = parseStackConfig(withValues(raw, values), session.choice.cluster().profile);
  const promoted = plan.stable === live.version ? undefined : plan.stable;
  const adopted: Adopted = { config, application, plan, after, ...(promoted !== undefined && { promoted }) };
  const name = nameOf(application.workload);
  const what = promoted === undefined ? name : `${name}, which gets what ${promoted} runs by a rolling update,`;
  if (!options.yes) await confirm(`Hand ${what} back on ${session.choice.name}?`);
  const forget: Step = {
    title: "Delete the records of its rollouts",
    run: async () => `${await records.remove()} deleted`,
  };
  const destroy = destroyStep(session, () => undefined);
  const steps = [...stepsBack(api, adopted), forget, destroy, ...stepsAfter(api, adopted)];
  await runSteps([removableStep(session), ...steps], options);
  settle(session, values, config, adopted);
  const image = promoted === undefined ? undefined : config.versions[promoted]?.image;
  if (options.json) say({}, jsonOf<"release">({ handedBack: name, promoted, image }));
  const now =
    image === undefined ? "" : ` and runs ${image}: put that image into your manifests, or their next apply reverts it`;
  say(options, `${name} is yours again${now}`);
}

/** Writes what is live now into the stack file, so that an update would adopt it as it is. */
function settle(
  { file: { file } }: Session,
  values: TrafficValues,
  { versions }: StackConfig,
  { promoted, application }: Adopted,
): void {
  const before = readFileSync(file, "utf8");
  const settled = withTrafficValues(before, values);
  const answer = promoted === undefined ? undefined : versions[promoted]?.answer;
  const live = application.live?.version ?? "";
  const after =
    promoted === undefined
      ? settled
      : editStack(settled, [
          [["sluice:versions", live, "answer"], answer ?? null],
          [["sluice:versions", promoted], null],
        ]);
  if (after !== before) replaceFile(file, after);
}
