import type { StackConfig } from "../config";
import { checksumOf } from "../workloads/checksum";
import { ConfigError } from "../config/problems";
import type { RolloutConfig } from "../config/rollout";
import { UserError } from "../progress/user-error";
import { otherColor, servingVersion } from "../traffic/plan";
import type { RolloutLayout, RolloutStep } from "./spec";

/**
 * Lays a rollout out by a stack's settings.
 *
 * @param to the version that it leads to.
 * @throws ConfigError or UserError if there is no such version, or the stack has no rollout settings.
 */
export function layOut(config: StackConfig, to: string): RolloutLayout {
  const { plan, versions, rollout } = config;
  if (!rollout) throw new ConfigError([{ key: "rollout", value: undefined, allowed: missingRollout }]);
  if (rollout.driver === "flagger")
    throw new UserError(
      "sluice:rollout.driver is flagger: Flagger starts by itself when sluice:stable changes; apply the change with sluice up",
      "SLUICE1104",
    );
  // The config's checks refuse a rollout under any other strategy.
  if (plan.strategy === "replicaRatio") throw new Error("a replica ratio has no rollout");
  const from = servingVersion(plan);
  const [old, version] = [versions[from], versions[to]];
  if (!old || !version)
    throw new UserError(
      `--to is ${JSON.stringify(to)}: it must be one of the versions: ${Object.keys(versions).join(", ")}`,
      "SLUICE1005",
    );
  if (to === from)
    throw new UserError(
      `--to is ${JSON.stringify(to)}: it must be another version than the one that serves users`,
      "SLUICE1005",
    );
  // The live workload keeps its own number of pods.
  const isCounted = version.autoscaling !== undefined || to === config.application?.live?.version;
  const replicas = isCounted ? undefined : version.replicas || old.replicas || null;
  if (version.autoscaling) refuseReplicas(rollout, to);
  const steps = plan.strategy === "blueGreen" ? [trialOf(rollout)] : stepsOf(rollout);
  const idle = plan.strategy === "blueGreen" ? otherColor(plan.activeColor) : undefined;
  return {
    strategy: plan.strategy,
    from,
    to,
    steps,
    maxWeight: rollout.maxWeight,
    interval: rollout.interval,
    threshold: rollout.threshold,
    inconclusiveLimit: rollout.inconclusiveLimit,
    progressDeadline: rollout.progressDeadline,
    ...(rollout.bake !== undefined && { bake: rollout.bake }),
    ...(replicas !== undefined && { replicas }),
    ...(rollout.canaryReplicas !== undefined && { firstReplicas: rollout.canaryReplicas }),
    ...(idle && { color: idle }),
    checksum: checksumOf(version),
  };
}

const missingRollout =
  "must be set for sluice rollout, for example { interval: 30s, stepWeight: 20, threshold: 3 }: it sets the rollout's steps";

function stepsOf(rollout: RolloutConfig): RolloutStep[] {
  const { match, iterations, steps, stepWeights, canaryReplicas, maxReplicas = Infinity } = rollout;
  if (match) return [{ ...trialOf(rollout), rules: { header: match.headerMatch, cookie: match.cookieMatch } }];
  if (steps) return byHand(steps);
  const weights = stepWeights ?? evenWeights(rollout);
  return weights.map((weight, index) => ({
    weight,
    rules: {},
    checks: iterations ?? 1,
    ...(canaryReplicas !== undefined && { replicas: Math.min(maxReplicas, canaryReplicas * (index + 1)) }),
  }));
}

/** Rounds of checks without a weight: on the idle color, or with the users whom rules choose. */
function trialOf({ iterations = 1, canaryReplicas }: RolloutConfig): RolloutStep {
  return {
    weight: 0,
    rules: {},
    checks: iterations,
    ...(canaryReplicas !== undefined && { replicas: canaryReplicas }),
  };
}

/** 20, 40, 60 …, and `maxWeight` last, which Flagger would step over. */
function evenWeights({ stepWeight = 100, maxWeight }: RolloutConfig): number[] {
  const count = Math.ceil(maxWeight / stepWeight);
  return Array.from({ length: count }, (_, index) => Math.min(maxWeight, stepWeight * (index + 1)));
}

/** A weight and a rule hold until another step names one. */
function byHand(steps: NonNullable<RolloutConfig["steps"]>): RolloutStep[] {
  let last: RolloutStep = { weight: 0, rules: {}, checks: 1 };
  return steps.map(({ weight, headerMatch, cookieMatch, checks = 1, pause, replicas }) => {
    const rules = { header: headerMatch ?? last.rules.header, cookie: cookieMatch ?? last.rules.cookie };
    last = { weight: weight ?? last.weight, rules, checks };
    return { ...last, ...(pause !== undefined && { pause }), ...(replicas !== undefined && { replicas }) };
  });
}

function refuseReplicas({ canaryReplicas, steps }: RolloutConfig, to: string): void {
  const key = canaryReplicas !== undefined ? "canaryReplicas" : "steps";
  const value = canaryReplicas ?? steps?.find(({ replicas }) => replicas !== undefined)?.replicas;
  if (value === undefined) return;
  const allowed = `has no meaning for ${to}, whose autoscaler sets the number of pods: remove it, or versions.${to}.autoscaling`;
  throw new ConfigError([{ key: `rollout.${key}`, value, allowed }]);
}
