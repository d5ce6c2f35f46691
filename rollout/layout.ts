import type { StackConfig } from "../config";
import { checksumOf } from "../workloads/checksum";
import { ConfigError } from "../config/problems";
import type { RolloutConfig } from "../config/rollout";
import { UserError } from "../progress/user-error";
import {
  mainVersion,
  otherColor,
  servingVersion,
  type BlueGreenPlan,
  type CanaryPlan,
  type ReplicaRatioPlan,
} from "../traffic/plan";
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
  const from = mainVersion(plan);
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
  return {
    strategy: plan.strategy,
    from,
    to,
    ...(plan.strategy === "replicaRatio" ? byPods(plan, rollout) : byRoutes(config, plan, rollout, to)),
    interval: rollout.interval,
    threshold: rollout.threshold,
    inconclusiveLimit: rollout.inconclusiveLimit,
    progressDeadline: rollout.progressDeadline,
    ...(rollout.bake !== undefined && { bake: rollout.bake }),
    checksum: checksumOf(version),
  };
}

/** How a rollout goes on, by what moves its users. */
type Walk = Pick<RolloutLayout, "steps" | "maxWeight" | "replicas" | "firstReplicas" | "color">;

function byRoutes(
  { versions, application }: StackConfig,
  plan: CanaryPlan | BlueGreenPlan,
  rollout: RolloutConfig,
  to: string,
): Walk {
  const { autoscaling, replicas: own } = versions[to] ?? {};
  // The live workload keeps its own number of pods.
  const isCounted = autoscaling !== undefined || to === application?.live?.version;
  const replicas = isCounted ? undefined : own || versions[servingVersion(plan)]?.replicas || null;
  if (autoscaling) refuseReplicas(rollout, to);
  return {
    steps: plan.strategy === "blueGreen" ? [trialOf(rollout)] : stepsOf(rollout),
    maxWeight: rollout.maxWeight,
    ...(replicas !== undefined && { replicas }),
    ...(rollout.canaryReplicas !== undefined && { firstReplicas: rollout.canaryReplicas }),
    ...(plan.strategy === "blueGreen" && { color: otherColor(plan.activeColor) }),
  };
}

/** Before the first step the canary has no pods: there is no other way to keep users away from it. */
function byPods({ stable, canary, ordinals }: ReplicaRatioPlan, { steps: given = [] }: RolloutConfig): Walk {
  const size = stable.replicas + (ordinals ? (canary?.replicas ?? 0) : 0);
  const weightOf = (pods: number) => Number(((100 * pods) / (ordinals ? size : size + pods)).toFixed(1));
  const steps = given.map(({ replicas = 0, checks = 1, pause }) => ({
    weight: weightOf(replicas),
    rules: {},
    checks,
    replicas,
    ...(pause !== undefined && { pause }),
  }));
  const maxWeight = steps.at(-1)?.weight ?? 0;
  return { steps, maxWeight, replicas: ordinals ? null : stable.replicas, firstReplicas: 0 };
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
