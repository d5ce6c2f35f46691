import { clusterApi, type ClusterApi } from "../cluster/api";
import type { StackConfig } from "../config";
import type { StackOutputs } from "../engine/engine";
import { parseDecided } from "../record/parse";
import { readRolloutTraffic } from "../record/read";
import { decideTraffic, type RolloutTraffic } from "../record/traffic";
import type { Session } from "./session";

/** A stack as users get it: its file, with a rollout's traffic if a rollout decides about it. */
export interface StackInForce {
  readonly config: StackConfig;
  /** The same by full key. */
  readonly raw: Readonly<Record<string, unknown>>;
  /** The stack's last rollout. */
  readonly rollout?: RolloutTraffic;
  /** The same, if it decides about the traffic. */
  readonly decides?: RolloutTraffic;
}

/**
 * Reads what is in force of a stack.
 *
 * @param outputs what its last update left.
 * @param given the stack's config by full key, if it is not its file's.
 */
export async function stackInForce(
  session: Pick<Session, "choice" | "config" | "file">,
  outputs: StackOutputs | undefined,
  given = session.file.config,
  { core }: Pick<ClusterApi, "core"> = clusterApi(session.choice.cluster()),
): Promise<StackInForce> {
  const rollout = await readRolloutTraffic(core, session.file.stack, session.config().namespace);
  const decided = decideTraffic(given, rollout, outputs?.settledRollout);
  const config = parseDecided(decided, session.choice.cluster().profile);
  return { raw: decided.config, config, rollout, decides: decided.decides };
}
