import type {
  Policy,
  PolicyResource,
  ReportViolation,
  ResourceValidationArgs,
  ResourceValidationPolicy,
  StackValidationArgs,
  StackValidationPolicy,
} from "@pulumi/policy";
import { isUnknownValue } from "../../policies/support/unknowns";
import type { PolicySettings } from "./pack";
import { objectOfUrn, type Violation } from "./violation";

/** The results of a pack's policies. */
export interface PolicyReport {
  readonly violations: readonly Violation[];
  /** Policies that did not apply, with the reason. */
  readonly notApplicable: readonly { readonly policy: string; readonly reason: string }[];
  /** What policies fixed before the others ran, by policy and object. */
  readonly mended: readonly { readonly policy: string; readonly object: string | undefined }[];
}

/** The arguments of both kinds of policies. */
type Shared = Pick<StackValidationArgs, "stackTags" | "getConfig" | "notApplicable">;

/** Has the name of the SDK's own error, which policies let through. */
class NotApplicableError extends Error {
  override readonly name = "NotApplicableError";
}

/**
 * Runs policies in this process on a stack's resources, as Pulumi's engine does in one of its own: first those that fix objects,
 * then all of them on the result.
 *
 * @param settings each policy's level and config by its name.
 */
export async function runPolicies(
  policies: readonly Policy[],
  settings: ReadonlyMap<string, PolicySettings>,
  given: readonly PolicyResource[],
): Promise<PolicyReport> {
  const { resources, mended } = await mend(policies, settings, given);
  return { ...(await validatePolicies(policies, settings, resources)), mended };
}

/** Runs policies in this process on resources that the fixing policies have seen already. */
export async function validatePolicies(
  policies: readonly Policy[],
  settings: ReadonlyMap<string, PolicySettings>,
  resources: readonly PolicyResource[],
): Promise<Omit<PolicyReport, "mended">> {
  const violations: Violation[] = [];
  const notApplicable: { policy: string; reason: string }[] = [];
  for (const policy of policies) {
    const { level = "mandatory", config = {} } = settings.get(policy.name) ?? {};
    if (level === "disabled") continue;
    const add = (message: string, object?: string, found = level) =>
      violations.push({ policy: policy.name, level: found === "advisory" ? found : "mandatory", object, message });
    const report: ReportViolation = (message, urn) => add(message, objectOfUrn(urn));
    const shared = sharedWith(config);
    const runs = isStackPolicy(policy)
      ? [() => policy.validateStack({ resources: [...resources], ...shared }, report)]
      : resources.map((resource) => () => validate(policy, resource, shared, report));
    const reasons = new Set<string>();
    for (const run of runs)
      try {
        await run();
      } catch (error) {
        if (error instanceof NotApplicableError) reasons.add(error.message);
        // As in the SDK: a value that is unknown until the update doesn't stop a preview.
        else if (isUnknownValue(error)) add(`could not be checked yet: ${error.message}`, undefined, "advisory");
        else throw error;
      }
    notApplicable.push(...[...reasons].map((reason) => ({ policy: policy.name, reason })));
  }
  return { violations, notApplicable };
}

/** The resources as policies at the level `remediate` leave them. */
async function mend(
  policies: readonly Policy[],
  settings: ReadonlyMap<string, PolicySettings>,
  given: readonly PolicyResource[],
): Promise<{ readonly resources: readonly PolicyResource[]; readonly mended: PolicyReport["mended"] }> {
  let resources = given;
  const mended: { policy: string; object: string | undefined }[] = [];
  for (const policy of policies) {
    const { level, config = {} } = settings.get(policy.name) ?? {};
    const { remediateResource } = policy as ResourceValidationPolicy;
    if (level !== "remediate" || !remediateResource) continue;
    const changed: PolicyResource[] = [];
    for (const resource of resources) {
      // A fixing policy changes the object in place.
      const copy = { ...resource, props: structuredClone(resource.props) };
      const props = await remediateResource(argsOf(copy, sharedWith(config)));
      if (props) mended.push({ policy: policy.name, object: objectOfUrn(resource.urn) });
      changed.push(props ? { ...resource, props } : resource);
    }
    resources = changed;
  }
  return { resources, mended };
}

function sharedWith(config: PolicySettings["config"]): Shared {
  return {
    stackTags: new Map<string, string>(),
    getConfig: <Config extends object>() => config as Config,
    notApplicable: (reason = "it does not apply"): never => {
      throw new NotApplicableError(reason);
    },
  };
}

function argsOf(resource: PolicyResource, shared: Shared): ResourceValidationArgs {
  const { type, name, urn, props, opts } = resource;
  const isType: PolicyResource["isType"] = (resourceClass) => resource.isType(resourceClass);
  const asType = ((resourceClass) => resource.asType(resourceClass)) as ResourceValidationArgs["asType"];
  return { type, name, urn, props, opts, isType, asType, ...shared };
}

async function validate(
  { validateResource = [] }: ResourceValidationPolicy,
  resource: PolicyResource,
  shared: Shared,
  report: ReportViolation,
): Promise<void> {
  const { urn } = resource;
  const args = argsOf(resource, shared);
  const validations = Array.isArray(validateResource) ? validateResource : [validateResource];
  for (const validation of validations) await validation(args, (message) => report(message, urn));
}

function isStackPolicy(policy: Policy): policy is StackValidationPolicy {
  return "validateStack" in policy;
}
