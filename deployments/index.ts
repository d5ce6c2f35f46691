import * as pulumi from "@pulumi/pulumi";
import { isInPolicyGroup, PolicyGroups } from "./components/policy-groups";
import { StackDeployment } from "./components/stack-deployment";
import { parseDeploymentsConfig } from "./config";

/** Pulumi Deployments for every stack of the config, and the policy groups that guard them. */
export = function program() {
  const { organization, project, repository, branch, repoDir, stacks, webhook, policies } = parseDeploymentsConfig(
    pulumi.runtime.allConfig(),
  );
  const deployments = Object.entries(stacks).map(([stack, settings]) => {
    const checksPack = !policies || !isInPolicyGroup(settings.kind);
    const common = { organization, project, repository, branch, repoDir, webhook };
    return [stack, new StackDeployment(stack, { ...common, stack, settings, checksPack })] as const;
  });
  if (policies) {
    const kinds = Object.fromEntries(Object.entries(stacks).map(([stack, { kind }]) => [stack, kind]));
    new PolicyGroups("policies", { organization, project, stacks: kinds, ...policies });
  }
  return {
    stacks: Object.fromEntries(
      deployments.map(([stack, { destroyedAt }]) => [stack, { kind: stacks[stack]?.kind, destroyedAt }]),
    ),
  };
};
