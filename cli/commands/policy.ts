import { Command, Option } from "commander";
import { parseStackConfig } from "../../config";
import { lastUpdateOf } from "../../workloads/identities";
import { profileVariable, readClusterProfile } from "../../cluster/profile";
import { checkPolicies } from "../../engine/policy/check";
import { listExceptions } from "../../engine/policy/exceptions";
import { packConfigFile, readPackConfig } from "../../engine/policy/pack";
import { demandAllowed } from "../../engine/policy/violation";
import type { PolicyReport } from "../../engine/policy/run";
import { objectsOfStack } from "../../render/render-stack";
import { readStack, readStackFile, refuseEncrypted } from "../../engine/stack-file";
import { sayOffline } from "../offline";
import { policies } from "../../policies/policies";
import { runSteps } from "../progress";
import { say } from "../session";
import { showExceptions, showViolations } from "../show";
import { jsonOf } from "../answers";

interface PolicyOptions {
  readonly stack?: string;
  readonly config?: string;
  readonly before?: string;
  readonly policyPackConfig?: string;
  readonly exceptions?: boolean;
  readonly json?: boolean;
}

/** `sluice policy`: the policy pack on a rendered stack, without a cluster and without Pulumi. */
export function policyCommand(): Command {
  return new Command("policy")
    .option("-s, --stack <name>", "the stack, of Pulumi.<name>.yaml (default: dev)")
    .addOption(new Option("-c, --config <file>", "any Pulumi stack file instead").conflicts("stack"))
    .option("--before <file>", "the previous stack file, for policies that compare both plans")
    .option(
      "--policy-pack-config <file>",
      "the policies' levels and limits (default: policies/config/ENVIRONMENT.json)",
    )
    .option("--exceptions", "list the exceptions, their reasons and expiry dates; check nothing")
    .option("--json", "the answer as JSON")
    .addHelpText(
      "after",
      `
The exit status is 3 if a mandatory policy fails. policies/config/development.json or production.json sets which policies
are mandatory, and their limits; the stack's sluice:environment chooses the file.

This command asks no cluster: it checks what the stack file says, whatever a rollout has decided about the traffic.

Examples:
  sluice policy --stack prod
  sluice policy --stack prod --exceptions
  git show main:Pulumi.prod.yaml > before.yaml && sluice policy --stack prod --before before.yaml`,
    )
    .action(async (options: PolicyOptions) => {
      const { stack, config } =
        options.config === undefined ? readStack(options.stack ?? "dev") : readStackFile(options.config);
      const profileFile = process.env[profileVariable];
      const parsed = parseStackConfig(config, readClusterProfile(profileFile));
      const { environment } = parsed;
      const before = options.before === undefined ? undefined : parseStackConfig(readStackFile(options.before).config);
      if (options.exceptions) {
        const exceptions = listExceptions(
          readPackConfig(options.policyPackConfig ?? packConfigFile(environment), policies),
        );
        say({}, options.json ? jsonOf<"policy --exceptions">(exceptions) : showExceptions(exceptions));
        return;
      }
      let report: PolicyReport | undefined;
      const step = {
        title: `Check ${stack} as ${environment}`,
        run: async (context: Parameters<typeof objectsOfStack>[1]) => {
          refuseEncrypted(config);
          const lastOutputs = before && { ...lastUpdateOf(before) };
          const { manifests, outputs } = await objectsOfStack({ stack, config, profileFile, lastOutputs }, context);
          report = await checkPolicies(
            { stack, manifests, outputs, lastOutputs },
            environment,
            options.policyPackConfig,
          );
          return `${manifests.length} objects`;
        },
      };
      await runSteps([step], options);
      sayOffline(parsed);
      if (!report) return;
      say({}, options.json ? jsonOf<"policy">(report) : showReport(report));
      demandAllowed(report.violations, true);
    });
}

function showReport({ violations, notApplicable, mended }: PolicyReport): string {
  const changed = mended.map(({ policy, object }) => `  policy ${policy} fixes ${object}`);
  const unchecked = notApplicable.map(({ policy, reason }) => `  policy ${policy} did not apply: ${reason}`);
  return [showViolations(violations), ...changed, ...unchecked].join("\n");
}
