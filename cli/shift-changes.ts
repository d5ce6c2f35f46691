import type { TrafficValues } from "../record/traffic-values";
import { UserError } from "../progress/user-error";
import type { HeaderRule, TrafficPlan } from "../traffic/plan";

/** The traffic changes that a user asked for. */
export interface ShiftRequest {
  readonly weight?: number;
  readonly header?: HeaderRule;
  readonly cookie?: string;
  readonly active?: string;
  readonly clearRules?: boolean;
  readonly promote?: boolean;
}

/** True if nothing is wanted. */
export function isEmpty(request: ShiftRequest): boolean {
  const { weight, header, cookie, active, clearRules, promote } = request;
  return [weight, header, cookie, active, clearRules, promote].every((wish) => wish === undefined);
}

/**
 * The values that a stack must have for what a user wants; `null` for a key that goes.
 *
 * @param plan the stack's plan as it is.
 * @throws UserError if there is nothing to promote.
 */
export function changesFor(request: ShiftRequest, plan: TrafficPlan): TrafficValues {
  const { weight, header, cookie, active, clearRules, promote } = request;
  return {
    ...(clearRules && { headerMatch: null, cookieMatch: null, clientMatch: null }),
    ...(promote && promotion(plan)),
    ...(weight !== undefined && { canaryWeight: weight }),
    ...(header && { headerMatch: header }),
    ...(cookie !== undefined && { cookieMatch: cookie }),
    ...(active !== undefined && { activeColor: active }),
  };
}

/** The values that send all traffic to stable. */
export const withoutCanary: TrafficValues = {
  canary: null,
  canaryWeight: null,
  weightTotal: null,
  headerMatch: null,
  cookieMatch: null,
  clientMatch: null,
  mirrorPercent: null,
  "affinity.behavior": null,
};

/** Stable takes the canary's version, and the canary goes with all its rules. */
function promotion(plan: TrafficPlan): TrafficValues {
  if (plan.strategy === "blueGreen")
    throw new UserError(
      "--promote has no meaning under strategy blueGreen: --active switches to the other color",
      "SLUICE1005",
    );
  if (!plan.canary) throw new UserError("there is nothing to promote: sluice:canary is not set", "SLUICE1005");
  if (plan.strategy === "canary") return { stable: plan.canary.version, ...withoutCanary };
  const { stable, canary } = plan;
  // Stable keeps its number of pods when its version changes.
  const replicas = { [`versions.${canary.version}.replicas`]: Math.max(stable.replicas, canary.replicas) };
  return { stable: canary.version, canary: null, ...replicas };
}

/**
 * Reads `Region=beijing` (exactly), `Region=~shenzhen` (a pattern) or `Region` (`always` and `never`).
 *
 * @throws UserError for anything else.
 */
export function parseHeaderRule(text: string): HeaderRule {
  const [, name = "", , tilde, rest] = /^([^=]+)(=(~?)(.*))?$/.exec(text) ?? [];
  if (name === "" || rest === "")
    throw new UserError(
      `--header is ${JSON.stringify(text)}: it must be NAME=VALUE, NAME=~PATTERN or NAME`,
      "SLUICE1005",
    );
  if (rest === undefined) return { name };
  return tilde ? { name, pattern: rest } : { name, value: rest };
}
