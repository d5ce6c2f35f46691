import { clientPattern } from "./client-pattern";
import { cookiePattern } from "./cookie-pattern";
import { within } from "./pattern";
import { keepsCanaryUsers, servingVersion, type BlueGreenPlan, type CanaryPlan, type CanaryTrial } from "./plan";

/** What a rule looks at in a request's header. */
export interface HeaderCondition {
  readonly name: string;
  /** The exact value. */
  readonly value?: string;
  /** A regular expression (RE2) that the whole value matches. */
  readonly pattern?: string;
}

/** A version, and its part of the requests of a rule. */
export interface WeightedVersion {
  readonly version: string;
  readonly weight: number;
}

/** One rule of a plan as routers have it that ask rules in order: the first that holds decides. */
export interface RoutingRule {
  /** What must hold; a rule without it decides all that came so far. */
  readonly header?: HeaderCondition;
  readonly backends: readonly WeightedVersion[];
}

/**
 * A plan as rules in the order in which they are asked, the last one without a condition: affinity, header, cookie,
 * client, weight, as ingress-nginx asks them.
 */
export function routingRules(plan: CanaryPlan | BlueGreenPlan): RoutingRule[] {
  const serving = only(servingVersion(plan));
  if (plan.strategy === "blueGreen" || !plan.canary) return [{ backends: serving }];
  const { stable, canary } = plan;
  return [
    ...affinityRules(plan, canary),
    ...headerRules(stable, canary),
    ...(canary.cookie === undefined
      ? []
      : alwaysNever(stable, canary, (sent) => ({ name: "Cookie", pattern: cookiePattern(canary.cookie ?? "", sent) }))),
    ...(canary.clients ?? []).map((range) => ({
      header: { name: "X-Forwarded-For", pattern: clientPattern(range) },
      backends: only(canary.version),
    })),
    { backends: split(stable, canary) },
  ];
}

/** The cookie names the version itself; a user whose version is gone, or gets no requests any more, is assigned again. */
function affinityRules(plan: CanaryPlan, canary: CanaryTrial): RoutingRule[] {
  const { stable, affinity } = plan;
  if (!affinity || canary.version === stable) return [];
  return [stable, ...(keepsCanaryUsers(plan) ? [canary.version] : [])].map((version) => ({
    header: { name: "Cookie", pattern: cookiePattern(affinity.cookie, literal(affinity.keys[version] ?? version)) },
    backends: only(version),
  }));
}

function headerRules(stable: string, canary: CanaryTrial): RoutingRule[] {
  const { header } = canary;
  if (!header) return [];
  const { name, value, pattern } = header;
  if (value !== undefined) return [{ header: { name, value }, backends: only(canary.version) }];
  if (pattern !== undefined)
    return [{ header: { name, pattern: wholeMatch(pattern) }, backends: only(canary.version) }];
  return alwaysNever(stable, canary, (sent) => ({ name, value: sent }));
}

function alwaysNever(
  stable: string,
  { version }: CanaryTrial,
  conditionOf: (sent: string) => HeaderCondition,
): RoutingRule[] {
  return [
    { header: conditionOf("always"), backends: only(version) },
    { header: conditionOf("never"), backends: only(stable) },
  ];
}

function split(stable: string, { version, weight, weightTotal }: CanaryTrial): WeightedVersion[] {
  const parts = [
    { version: stable, weight: weightTotal - weight },
    { version, weight },
  ];
  // In a promotion both are the same version.
  return version === stable ? only(stable) : parts.filter((part) => part.weight > 0);
}

function only(version: string): WeightedVersion[] {
  return [{ version, weight: 1 }];
}

/** The rule's pattern is found anywhere in a value; some routers let a pattern match whole values only. */
function wholeMatch(pattern: string): string {
  return within(pattern, ".*", ".*");
}

function literal(text: string): string {
  return text.replace(/[.~-]/g, "\\$&");
}
