import type { HeaderRule, TrafficPlan } from "./plan";
import { sharesByWeight } from "./shares";

/**
 * Says in words who is served by which version, in the order in which the rules are asked.
 *
 * @returns the headline (address and split by weight), then a line for each rule.
 */
export function explainPlan(plan: TrafficPlan): string[] {
  const { canary } = plan;
  if (!canary) return [`${address(plan)}: 100% ${plan.stable} (no canary)`];
  return [
    `${address(plan)}: ${explainShares(sharesByWeight(plan))}`,
    ...(canary.header ? explainHeader(canary.header, plan) : []),
    ...(canary.cookie === undefined ? [] : explainAlwaysNever(`cookie ${canary.cookie}`, plan)),
    ...(isUnreachable(plan) ? [`nobody can reach ${canary.version}: its weight is 0 and there is no rule`] : []),
  ];
}

/** The same on one line: `90% v1, 10% v2; Region ~ shenzhen → v2; cookie user_from_shenzhen=always → v2`. */
export function summarizePlan(plan: TrafficPlan): string {
  const { canary } = plan;
  if (!canary) return `100% ${plan.stable}`;
  return [
    explainShares(sharesByWeight(plan)),
    ...(canary.header ? [`${headerCondition(canary.header)} → ${canary.version}`] : []),
    ...(canary.cookie === undefined ? [] : [`cookie ${canary.cookie}=always → ${canary.version}`]),
  ].join("; ");
}

/** `90% v1, 10% v2`, the larger share first. */
export function explainShares(shares: Readonly<Record<string, number>>): string {
  return Object.entries(shares)
    .sort(([, left], [, right]) => right - left)
    .map(([version, share]) => `${percent(share)} ${version}`)
    .join(", ");
}

/** True where a canary is deployed that no request can reach. */
export function isUnreachable({ canary }: TrafficPlan): boolean {
  return canary !== undefined && canary.weight === 0 && !canary.header && canary.cookie === undefined;
}

/** A share of 1 as percent with at most two decimals. */
export function percent(share: number): string {
  return `${Number((share * 100).toFixed(2))}%`;
}

function address({ host, path, pathType }: TrafficPlan): string {
  return `http://${host}${path}${pathType === "Exact" ? " (this path alone)" : ""}`;
}

function explainHeader(header: HeaderRule, plan: TrafficPlan): string[] {
  if (header.value === undefined && header.pattern === undefined)
    return explainAlwaysNever(`header ${header.name}`, plan);
  return [`header ${headerCondition(header)} → ${plan.canary?.version}`];
}

function headerCondition({ name, value, pattern }: HeaderRule): string {
  if (value !== undefined) return `${name} = ${value}`;
  if (pattern !== undefined) return `${name} ~ ${pattern}`;
  return `${name}=always`;
}

function explainAlwaysNever(subject: string, plan: TrafficPlan): string[] {
  return [`${subject}: always → ${plan.canary?.version}, never → ${plan.stable}`];
}
