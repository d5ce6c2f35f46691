/** The label of what Sluice keeps in a cluster about a stack: the stack's name. */
export const stackLabel = "sluice.dev/stack";

/** The label of what Sluice keeps in a cluster about a stack: which part of its record it is. */
export const partLabel = "sluice.dev/part";

/** The value of {@link partLabel} for a rollout. */
export const rolloutPart = "rollout";

/** Selects the ConfigMaps of a stack's rollouts. */
export function rolloutSelector(stack: string): string {
  return `${partLabel}=${rolloutPart},${stackLabel}=${stack}`;
}
