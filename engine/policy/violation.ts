import { UserError } from "../../progress/user-error";
import { describeUrn, isPlan } from "../urn";

/** A violation of a policy by a stack. */
export interface Violation {
  /** The policy's name. */
  readonly policy: string;
  /** `mandatory` stops the update, `advisory` only warns. */
  readonly level: "advisory" | "mandatory";
  /** The object it is about, as a user would name it; nothing if it is about the stack as a whole. */
  readonly object?: string;
  /** What is wrong, what is allowed, and what to change. */
  readonly message: string;
}

/** The violations that stop an update. */
export function mandatoryOf(violations: readonly Violation[]): Violation[] {
  return violations.filter(({ level }) => level === "mandatory");
}

/** The object that a policy reports, as a user would name it; nothing for the stack and its plan, which aren't objects. */
export function objectOfUrn(urn: string | undefined): string | undefined {
  return urn === undefined || urn.includes("::pulumi:pulumi:Stack::") || isPlan(urn) ? undefined : describeUrn(urn);
}

/** Thrown before anything is applied, where a mandatory policy is violated; carries those violations. */
export class PolicyError extends UserError {
  override readonly name = "PolicyError";
  override readonly code = "SLUICE1201";

  /** @param areShown true if the user has seen them already. */
  constructor(
    readonly violations: readonly Violation[],
    areShown = false,
  ) {
    const names = [...new Set(violations.map(({ policy }) => policy))].join(", ");
    super(areShown ? `${names} failed: nothing was changed` : violations.map(describeViolation).join("\n"));
  }
}

/**
 * Lets a stack pass that violates no mandatory policy.
 *
 * @param areShown true if the user has seen the violations already.
 * @throws PolicyError otherwise.
 */
export function demandAllowed(violations: readonly Violation[], areShown = false): void {
  const mandatory = mandatoryOf(violations);
  if (mandatory.length > 0) throw new PolicyError(mandatory, areShown);
}

/** `policy canary-weight-step refuses Ingress demo/nginx-canary: …`. */
export function describeViolation({ policy, level, object, message }: Violation): string {
  const verb = level === "mandatory" ? "refuses" : "advises on";
  // Policies name the objects that they found themselves, as there may be others involved.
  const isNamed = object !== undefined && message.startsWith(`${object.split(" ")[0]} `);
  return isNamed
    ? `policy ${policy} ${verb} ${message}`
    : `policy ${policy} ${verb} ${object ?? "the stack"}: ${message}`;
}

/** Thrown for a config of the policy pack that can't be used; carries every problem found. */
export class PackConfigError extends UserError {
  override readonly name = "PackConfigError";
  override readonly code = "SLUICE1202";
}
