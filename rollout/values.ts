import type { TrafficValues } from "../record/traffic-values";
import { otherColor, type HeaderRule } from "../traffic/plan";
import { weightOf, type RolloutLayout, type Routing } from "./spec";

/**
 * The header by which a rollout asks one side: `always` the canary, `never` stable. Anybody may send it, to try a canary
 * by hand; a step with a header rule of its own has that one instead.
 */
export const trialHeader: HeaderRule = { name: "X-Sluice-Canary" };

/** What a stack's file must say for users to get what a routing says; `null` takes a key out. */
export function valuesFor(spec: RolloutLayout, routing: Routing): TrafficValues {
  return {
    ...valuesBy[spec.strategy](spec, routing),
    ...pods(spec, routing),
  };
}

const valuesBy = { canary: canaryValues, blueGreen: colorValues, replicaRatio: trackValues };

function canaryValues(spec: RolloutLayout, routing: Routing): TrafficValues {
  const { from, to, steps } = spec;
  const rules = { headerMatch: null, cookieMatch: null, clientMatch: null, mirrorPercent: null };
  const none = { canaryWeight: 0, weightTotal: null, ...rules };
  switch (routing.kind) {
    case "stable":
      // The canary stays in the plan: its Ingress then loses its weight before its Deployment loses its pods.
      return { stable: from, canary: to, ...none };
    case "trial": {
      const { header = trialHeader, cookie = null } = steps[routing.step - 1]?.rules ?? {};
      return {
        stable: from,
        canary: to,
        ...none,
        canaryWeight: weightOf(spec, routing),
        headerMatch: header,
        cookieMatch: cookie,
      };
    }
    case "promotion":
      return { stable: to, canary: to, ...none, canaryWeight: weightOf(spec, routing), headerMatch: trialHeader };
    case "promoted":
      return { stable: to, canary: null, ...none, canaryWeight: null, "affinity.behavior": null };
  }
}

function colorValues({ to, color = "green" }: RolloutLayout, { kind }: Routing): TrafficValues {
  return { [`colors.${color}`]: to, activeColor: kind === "promoted" ? color : otherColor(color) };
}

/** The numbers of pods say the rest; the canary stays in the plan until its pods are gone. */
function trackValues({ from, to }: RolloutLayout, { kind }: Routing): TrafficValues {
  return kind === "promoted" ? { stable: to, canary: null } : { stable: from, canary: to };
}

function pods(spec: RolloutLayout, routing: Routing): TrafficValues {
  const { strategy, to, replicas, firstReplicas, steps, abandoned } = spec;
  const retired = abandoned === undefined ? {} : { [`versions.${abandoned}.replicas`]: 0 };
  // An autoscaler has the number.
  if (replicas === undefined) return retired;
  const key = `versions.${to}.replicas`;
  if (routing.kind === "stable") return { ...retired, [key]: 0 };
  if (routing.kind === "trial")
    return { ...retired, [key]: steps[routing.step - 1]?.replicas ?? firstReplicas ?? replicas };
  // A StatefulSet has its number of pods from its own object.
  if (strategy === "replicaRatio" && replicas === null) return { ...retired, [key]: null };
  // The version that serves all users keeps its number of pods.
  const last = steps.at(-1)?.replicas ?? 0;
  return { ...retired, [key]: last > (replicas ?? 1) ? last : replicas };
}
