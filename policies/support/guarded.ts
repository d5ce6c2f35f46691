import type { ResourceValidationPolicy, StackValidationPolicy } from "@pulumi/policy";
import { isUnknownValue } from "./unknowns";

type Policy = ResourceValidationPolicy | StackValidationPolicy;

type Validation<Args, Report> = (args: Args, report: Report) => Promise<void> | void;

/**
 * The policy, with a failure of its own code reported as a violation of it, at its level: the SDK would break off the
 * whole pack without naming an object.
 */
export function guarded(policy: Policy): Policy {
  if ("validateStack" in policy) return { ...policy, validateStack: guard(policy.validateStack) };
  const { validateResource } = policy;
  if (validateResource === undefined) return policy;
  return {
    ...policy,
    validateResource: Array.isArray(validateResource) ? validateResource.map(guard) : guard(validateResource),
  };
}

function guard<Args, Report extends (message: string) => void>(
  validate: Validation<Args, Report>,
): Validation<Args, Report> {
  return async (args, report) => {
    try {
      await validate(args, report);
    } catch (error) {
      if (isUnknownValue(error) || isNotApplicable(error)) throw error;
      report(`the policy itself failed: ${error instanceof Error ? error.message : String(error)}`);
    }
  };
}

/** True for what `args.notApplicable()` throws; the SDK does not export its class. */
function isNotApplicable(error: unknown): boolean {
  return error instanceof Error && error.constructor.name === "NotApplicableError";
}
