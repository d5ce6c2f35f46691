import { holds, type Exception } from "../../policies/support/exceptions";
import type { PolicySettings } from "./pack";

/** An exception of a policy. */
export interface ListedException extends Exception {
  readonly policy: string;
  /** False once its last day is over: the policy holds again. */
  readonly isInForce: boolean;
}

/** All exceptions of a pack's config, those that end first first. */
export function listExceptions(settings: ReadonlyMap<string, PolicySettings>, now = new Date()): ListedException[] {
  return [...settings]
    .filter(([, { level }]) => level !== "disabled")
    .flatMap(([policy, { config }]) =>
      ((config["exceptions"] ?? []) as readonly Exception[]).map((one) => ({
        policy,
        ...one,
        isInForce: holds(one, now),
      })),
    )
    .sort((left, right) => left.until.localeCompare(right.until));
}
