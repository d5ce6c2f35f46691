import { Command, Option } from "commander";
import { parseStackConfig } from "../../config";
import { readStack, readStackFile } from "../../engines/stack-file";
import { UserError } from "../../progress/user-error";
import { explainPlan, summarizePlan } from "../../traffic/explain";

interface ExplainOptions {
  readonly stack?: string;
  readonly config?: string;
  readonly json?: boolean;
}

/** `sluice explain`: a stack's traffic plan in words, without a cluster and without Pulumi. */
export function explainCommand(): Command {
  return new Command("explain")
    .description("say in words who is served by which version; needs no cluster and no Pulumi")
    .option("-s, --stack <name>", "the stack, of Pulumi.<name>.yaml (default: dev)")
    .addOption(new Option("-c, --config <file>", "any Pulumi stack file instead").conflicts("stack"))
    .option("--json", "the plan and the words as JSON")
    .addHelpText(
      "after",
      `
Examples:
  sluice explain --stack dev
  sluice explain --config Pulumi.prod.yaml --json`,
    )
    .action(({ stack, config, json }: ExplainOptions) => {
      const file = config === undefined ? readStack(stack ?? "dev") : readStackFile(config);
      if (Object.keys(file.config).every((key) => !key.startsWith("sluice:")))
        throw new UserError(`${file.file} has no key of Sluice: its keys must begin with sluice:, as in sluice:host`);
      const { plan } = parseStackConfig(file.config);
      const words = explainPlan(plan);
      const answer = { stack: file.stack, plan, summary: summarizePlan(plan), traffic: words };
      process.stdout.write(json ? `${JSON.stringify(answer, undefined, 2)}\n` : `${words.join("\n")}\n`);
    });
}
