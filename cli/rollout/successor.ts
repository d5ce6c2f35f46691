import { checksumOf } from "../../workloads/checksum";
import type { StackConfig } from "../../config";
import { withValues } from "../../record/traffic";
import { layOut } from "../../rollout/layout";
import type { RolloutSpec } from "../../rollout/spec";
import { withStack } from "../../rollout/stack";
import { valuesFor } from "../../rollout/values";

/** A stack's file as it was read: raw by full key, and checked. */
export interface ReadStack {
  readonly raw: Readonly<Record<string, unknown>>;
  readonly config: StackConfig;
}

/**
 * The rollout that should run instead, if somebody has changed in the stack's file what is to be released since the driver
 * began. What the file said before does not count: it may be another checkout's, or an older commit's.
 *
 * @param parse checks a stack's config.
 */
export function successorOf(
  spec: RolloutSpec,
  before: ReadStack,
  now: ReadStack,
  parse: (raw: Readonly<Record<string, unknown>>) => StackConfig,
): RolloutSpec | undefined {
  const named = trialOf(spec, now.config);
  const to = named !== undefined && named !== trialOf(spec, before.config) ? named : spec.to;
  const [old, version] = [before.config.versions[to], now.config.versions[to]];
  if (!version) return undefined;
  if (to === spec.to && (!old || checksumOf(old) === checksumOf(version))) return undefined;
  const config = withValues(now.raw, valuesFor(spec, { kind: "stable" }));
  const next = withStack(layOut(parse(config), to), config, now.raw);
  return to === spec.to && spec.replicas !== undefined ? { ...next, replicas: spec.replicas } : next;
}

/** The version on trial, as the stack names it. */
function trialOf({ color }: RolloutSpec, { plan }: StackConfig): string | undefined {
  if (plan.strategy !== "blueGreen") return plan.canary?.version;
  return color && plan.colors[color];
}
