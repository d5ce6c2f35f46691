import { policies } from "../../policies/policies";
import { UserError } from "../../progress/user-error";
import { packConfigFile, readPackConfig } from "./pack";
import { policyResources, type PolicySubject } from "./resources";
import { runPolicies, type PolicyReport } from "./run";

/**
 * Runs the pack in this process on a stack's objects.
 *
 * @param environment the stack's environment, which chooses the pack's config.
 * @param configFile a config of the pack instead of the environment's own.
 * @throws UserError if there is nothing to check.
 * @throws PackConfigError if the pack's config can't be used.
 */
export async function checkPolicies(
  subject: PolicySubject,
  environment: string,
  configFile = packConfigFile(environment),
): Promise<PolicyReport> {
  if (subject.manifests.length === 0)
    throw new UserError(`the stack ${subject.stack} renders to no objects`, "SLUICE1111");
  return runPolicies(policies, readPackConfig(configFile, policies), policyResources(subject));
}
