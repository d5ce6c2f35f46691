import { parseStackConfig, type StackConfig } from "../config";
import type { ClusterProfile } from "../cluster/profile";
import { ConfigError } from "../config/problems";
import { explainDecision, type DecidedConfig } from "./traffic";

/**
 * Reads a stack's config as a rollout leaves it.
 *
 * @throws ConfigError that also names the rollout, as its values may be what does not go with the rest of the file.
 */
export function parseDecided(
  decided: Pick<DecidedConfig, "config" | "decides">,
  profile?: ClusterProfile,
): StackConfig {
  try {
    return parseStackConfig(decided.config, profile);
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    throw new ConfigError(error.problems, [...error.refusals, ...explainDecision(decided)]);
  }
}
