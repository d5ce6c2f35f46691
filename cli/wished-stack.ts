import { readFileSync } from "node:fs";
import { parseStackConfig, type StackConfig } from "../config";
import type { TrafficValues } from "../record/traffic-values";
import type { StackOutputs } from "../engine/engine";
import { withStackFile } from "../engine/recorded-file";
import { stackOfText, type StackFile } from "../engine/stack-file";
import { UserError } from "../progress/user-error";
import { onlyThere, type RolloutTraffic } from "../record/traffic";
import { stackInForce, type StackInForce } from "./in-force";
import type { StackRecords } from "./rollout/open-records";
import { goOnOrBack, sessionArguments, type Session, type SessionOptions } from "./session";
import { withTrafficValues } from "./traffic-text";

/** A stack file as it is, and as the command will write it. */
export interface WishedStack {
  readonly inForce: StackInForce;
  /** The path of the stack's file. */
  readonly path: string;
  readonly changes: TrafficValues;
  readonly before: string;
  readonly after: string;
  readonly raw: StackFile["config"];
  readonly config: StackConfig;
}

/**
 * A stack with the changes of a command.
 *
 * @param outputs what the stack's last update left, if Pulumi was asked.
 * @throws ConfigError if the stack would not be usable, and UserError while a rollout is under way.
 */
export async function wishedStack(
  session: Session,
  { api }: StackRecords,
  wish: (stack: StackInForce) => TrafficValues,
  outputs: StackOutputs | undefined,
  options: SessionOptions,
): Promise<WishedStack> {
  const { file, stack } = session.file;
  // A finished rollout is in force until the file says so: this change starts from its result.
  const inForce = await stackInForce(session, outputs, session.file.config, api);
  const { decides } = inForce;
  demandNone(decides, sessionArguments(options));
  const changes = { ...(decides && onlyThere(decides.values, inForce.raw)), ...wish(inForce) };
  const before = readFileSync(file, "utf8");
  const after = withTrafficValues(before, changes);
  const { config: raw } = stackOfText(after, file, stack);
  return {
    inForce,
    path: file,
    changes,
    before,
    after,
    raw,
    config: parseStackConfig(raw, session.choice.cluster().profile),
  };
}

/** Works with a session on the stack as it is wished, whose file stays as it is. */
export async function onChanged(
  session: Session,
  { inForce: { rollout }, after, raw, config }: WishedStack,
  work: (changed: Session) => Promise<void>,
): Promise<void> {
  await withStackFile(after, async (place) => {
    const settled = rollout && { ...rollout, isSettled: true };
    const engine = session.engineFor({ config: raw, file: place, rollout: settled });
    const file = { stack: session.file.stack, file: place, config: raw };
    await work({ ...session, file, engine: () => engine, config: () => config });
  });
}

/** @throws UserError if a rollout is under way, which decides about the traffic itself. */
function demandNone(rollout: RolloutTraffic | undefined, target: string): void {
  if (rollout?.state !== "under way") return;
  throw new UserError(
    `rollout ${rollout.id} to ${rollout.to} is under way and decides about the traffic: ${goOnOrBack(target)}`,
    "SLUICE1504",
  );
}
