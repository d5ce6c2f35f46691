import type {
  Policy,
  PolicyResource,
  ReportViolation,
  ResourceValidationArgs,
  ResourceValidationPolicy,
  StackValidationArgs,
  StackValidationPolicy,
} from "@pulumi/policy";
import type { PolicySettings } from "./pack";
import { objectOfUrn, type Violation } from "./violation";

/** What became of a pack's policies. */
export interface PolicyReport {
  readonly violations: readonly Violation[];
  /** Policies that had nothing to decide, with the reason. */
  readonly notApplicable: readonly { readonly policy: string; readonly reason: string }[];
}

/** What both kinds of policies are given. */
type Shared = Pick<StackValidationArgs, "stackTags" | "getConfig" | "notApplicable">;

/** Named as the SDK's own, by which policies let it pass. */
class NotApplicableError extends Error {
  override readonly name = "NotApplicableError";
}

/**
 * Runs policies in this process on a stack's resources, as Pulumi's engine does in one of its own.
 *
 * @param settings each policy's level and config by its name.
 */
export async function runPolicies(
  policies: readonly Policy[],
  settings: ReadonlyMap<string, PolicySettings>,
  resources: readonly PolicyResource[],
): Promise<PolicyReport> {
  const violations: Violation[] = [];
  const notApplicable: { policy: string; reason: string }[] = [];
  for (const policy of policies) {
    const { level = "mandatory", config = {} } = settings.get(policy.name) ?? {};
    if (level === "disabled") continue;
    const report: ReportViolation = (message, urn) =>
      violations.push({
        policy: policy.name,
        level: level === "advisory" ? level : "mandatory",
        object: objectOfUrn(urn),
        message,
      });
    const shared: Shared = {
      stackTags: new Map<string, string>(),
      getConfig: <Config extends object>() => config as Config,
      notApplicable: (reason = "it does not apply"): never => {
        throw new NotApplicableError(reason);
      },
    };
    const runs = isStackPolicy(policy)
      ? [() => policy.validateStack({ resources: [...resources], ...shared }, report)]
      : resources.map((resource) => () => validate(policy, resource, shared, report));
    const reasons = new Set<string>();
    for (const run of runs) for (const reason of await whyNotApplicable(run)) reasons.add(reason);
    notApplicable.push(...[...reasons].map((reason) => ({ policy: policy.name, reason })));
  }
  return { violations, notApplicable };
}

async function validate(
  { validateResource = [] }: ResourceValidationPolicy,
  resource: PolicyResource,
  shared: Shared,
  report: ReportViolation,
): Promise<void> {
  const { type, name, urn, props, opts } = resource;
  const isType: PolicyResource["isType"] = (resourceClass) => resource.isType(resourceClass);
  const asType = ((resourceClass) => resource.asType(resourceClass)) as ResourceValidationArgs["asType"];
  const args = { type, name, urn, props, opts, isType, asType, ...shared };
  const validations = Array.isArray(validateResource) ? validateResource : [validateResource];
  for (const validation of validations) await validation(args, (message) => report(message, urn));
}

async function whyNotApplicable(run: () => Promise<void> | void): Promise<string[]> {
  try {
    await run();
    return [];
  } catch (error) {
    if (error instanceof NotApplicableError) return [error.message];
    throw error;
  }
}

function isStackPolicy(policy: Policy): policy is StackValidationPolicy {
  return "validateStack" in policy;
}
