import { readFileSync } from "node:fs";
import { parseStackConfig } from "../config";
import type { TrafficValues } from "../config/traffic-values";
import type { Preview } from "../engine/engine";
import { withStackFile } from "../engine/recorded-file";
import { stackOfText } from "../engine/stack-file";
import { replaceFile } from "../engine/write-file";
import { UserError } from "../progress/user-error";
import { onlyThere, type RolloutTraffic } from "../record/traffic";
import type { PlanVerdict } from "../traffic/verdict";
import { isWayBack } from "../traffic/way-back";
import { stackInForce, type StackInForce } from "./in-force";
import { runSteps } from "./progress";
import { openRecords } from "./rollout/open-records";
import { patchesOf, sendPatches } from "./route-patches";
import { goOnOrBack, say, sessionArguments, type Session, type SessionOptions } from "./session";
import { showVerdict } from "./show";
import { withTrafficValues } from "./traffic-text";
import { agreeOn, demandAsPlanned, readOutputs, upStep, verifyStep, type AgreeOptions } from "./update";

/** Options of the commands that move traffic by changing the stack's file. */
export interface ChangeOptions extends SessionOptions, AgreeOptions {
  readonly requests: number;
}

/**
 * Moves traffic: shows what other values in the stack's file do, asks, moves the routes, measures them by requests, and
 * reconciles. Before the yes nothing is changed, in the file neither. Where only routes differ they are patched at once, and
 * Pulumi, which finds nothing to change in them, hears of it last.
 *
 * @param wish gives values by the key's path below `config`, without the namespace; `null` takes a key out.
 * @throws ConfigError where the stack would not be usable.
 */
export async function changeStack(
  session: Session,
  wish: (stack: StackInForce) => TrafficValues,
  options: ChangeOptions,
): Promise<void> {
  const { file, stack } = session.file;
  const cluster = session.choice.cluster();
  const target = sessionArguments(options);
  const { api, records } = await openRecords(session);
  const outputs = await readOutputs(session, options);
  // A finished rollout is in force until the file says so: this change goes on from there.
  const inForce = await stackInForce(session, outputs, session.file.config, api);
  const { rollout, decides } = inForce;
  demandNone(decides, target);
  const changes = { ...(decides && onlyThere(decides.values, inForce.raw)), ...wish(inForce) };
  const before = readFileSync(file, "utf8");
  const after = withTrafficValues(before, changes);
  const { config: raw } = stackOfText(after, file, stack);
  const config = parseStackConfig(raw, cluster.profile);

  await withStackFile(after, async (place) => {
    const settled = rollout && { ...rollout, isSettled: true };
    const engine = session.engineFor({ config: raw, file: place, rollout: settled });
    const changed = {
      ...session,
      file: { stack, file: place, config: raw },
      engine: () => engine,
      config: () => config,
    };
    const question = `Move the traffic of ${stack} on ${session.choice.name}?`;
    const isBack = outputs?.plan !== undefined && isWayBack(outputs.plan, config.plan);
    const preview = await agreeOn(changed, { ...options, isWayBack: isBack }, question);
    const patches = patchesOf(config, outputs, preview);
    let verdict: PlanVerdict | undefined;
    let last = outputs;
    const write = async () => {
      if (rollout && !rollout.isSettled) await records.settle(rollout.id);
      if (after !== before) replaceFile(file, after);
    };
    const move = {
      title: "Move the routes",
      run: async () => {
        await sendPatches(api, patches ?? []);
        await write();
      },
    };
    const update = upStep(changed, options, (made) => (last = made.outputs));
    const verify = verifyStep(
      changed,
      options.requests,
      (counted) => (verdict = counted),
      () => Promise.resolve(last),
    );
    if (!patches) await write();
    try {
      await runSteps(patches ? [move, verify, update] : [update, verify], options);
    } catch (error) {
      say(
        { json: true },
        `the stack's file has the new plan: sluice up ${target} goes on, sluice undo ${target} goes back`,
      );
      throw error;
    }
    if (!verdict) throw new Error("a split that was measured has a verdict");
    say({}, options.json ? JSON.stringify({ changes, preview, verdict }, undefined, 2) : `\n${showVerdict(verdict)}`);
    sayWayBack(preview, options);
    demandAsPlanned(verdict);
  });
}

/** @throws UserError where a rollout is under way, which decides about the traffic itself. */
function demandNone(rollout: RolloutTraffic | undefined, target: string): void {
  if (rollout?.state !== "under way") return;
  throw new UserError(
    `rollout ${rollout.id} to ${rollout.to} is under way and decides about the traffic: ${goOnOrBack(target)}`,
  );
}

function sayWayBack({ trafficBefore }: Preview, options: ChangeOptions): void {
  if (trafficBefore)
    say(options, `to go back to ${trafficBefore.join("; ")}:\n  sluice undo ${sessionArguments(options)}`);
}
