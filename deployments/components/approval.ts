import type * as pulumi from "@pulumi/pulumi";
import * as pulumiservice from "@pulumi/pulumiservice";
import type { Approval } from "../config/stacks";

/** What an approval guards. */
export interface ApprovalArgs {
  /** The organization on Pulumi Cloud. */
  readonly organization: string;
  /** The Pulumi ESC environment with the stack's credentials, `project/environment`. */
  readonly environment: string;
  /** Who must agree to what. */
  readonly approval: Approval;
}

/**
 * Makes a rule per guarded action of an ESC environment.
 *
 * Pulumi Deployments has no approval of its own (docs/deployments.md), so the credentials are what is guarded. The typed
 * `ApprovalRule` knows `update` only; `open` goes by the REST API's `Gate`.
 */
export function guardCredentials(name: string, args: ApprovalArgs, opts: pulumi.CustomResourceOptions): void {
  const { actions } = args.approval;
  if (actions.includes("update")) guardUpdates(`${name}-update`, args, opts);
  if (actions.includes("open")) guardOpening(`${name}-open`, args, opts);
}

function guardUpdates(
  name: string,
  { organization, environment, approval }: ApprovalArgs,
  opts: pulumi.CustomResourceOptions,
) {
  const [project = "", environmentName = ""] = environment.split("/");
  new pulumiservice.ApprovalRule(
    name,
    {
      name,
      enabled: true,
      targetActionTypes: ["update"],
      environmentIdentifier: { organization, project, name: environmentName },
      approvalRuleConfig: {
        numApprovalsRequired: approval.count,
        allowSelfApproval: false,
        requireReapprovalOnChange: true,
        eligibleApprovers: approval.approvers.map((approver) =>
          "team" in approver ? { teamName: approver.team } : { user: approver.user },
        ),
      },
    },
    opts,
  );
}

function guardOpening(
  name: string,
  { organization, environment, approval }: ApprovalArgs,
  opts: pulumi.CustomResourceOptions,
) {
  new pulumiservice.api.Gate(
    name,
    {
      orgName: organization,
      name,
      enabled: true,
      // REST API: ChangeGateApprovalRuleInput and ChangeGateTargetInput, which takes one action per gate.
      rule: {
        ruleType: "approval_required",
        numApprovalsRequired: approval.count,
        allowSelfApproval: false,
        requireReapprovalOnChange: true,
        eligibleApprovers: approval.approvers.map((approver) =>
          "team" in approver
            ? { eligibilityType: "team_member", teamName: approver.team }
            : { eligibilityType: "specific_user", userLogin: approver.user },
        ),
      },
      target: { entityType: "environment", qualifiedName: environment, actionTypes: ["open"] },
    },
    opts,
  );
}
