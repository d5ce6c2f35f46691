import { Command, Option } from "commander";
import { parseStackConfig } from "../../config";
import { describeRenamed } from "../../config/renamed";
import { readStack, readStackFile, type StackFile } from "../../engine/stack-file";
import { UserError } from "../../progress/user-error";
import { trafficDiff } from "../../traffic/diff";
import { explainPlan, explainShares, summarizePlan, warningsOf } from "../../traffic/explain";
import { routeRequest, type RoutingAnswer } from "../../traffic/model";
import { sayRenamed } from "../offline";
import { readRequests } from "../requests";
import { jsonOf } from "../answers";

interface ExplainOptions {
  readonly stack?: string;
  readonly config?: string;
  readonly requests?: string;
  readonly before?: string;
  readonly markdown?: boolean;
  readonly json?: boolean;
}

/** `sluice explain`: a stack's traffic plan in plain English, without a cluster and without Pulumi. */
export function explainCommand(): Command {
  return new Command("explain")
    .option("-s, --stack <name>", "the stack, of Pulumi.<name>.yaml (default: dev)")
    .addOption(new Option("-c, --config <file>", "any Pulumi stack file instead").conflicts("stack"))
    .option("-r, --requests <file>", "show who serves each request of a JSON array; - for stdin")
    .option("--before <file>", "the previous stack file, to show what changes for the traffic")
    .addOption(
      new Option("--markdown", "print Markdown for a comment on a pull request").conflicts(["json", "requests"]),
    )
    .addOption(new Option("--json", "the answer as JSON").conflicts("before"))
    .addHelpText(
      "after",
      `
A request is { "host", "path", "headers": {}, "cookies": {} }; headers and cookies are optional. The answers, in the
same order, are { "shares": { VERSION: NUMBER }, "because" }; if no rule matches, "status" is 404 and shares are missing.

Examples:
  sluice explain --stack dev
  sluice explain --config Pulumi.prod.yaml --json
  git show main:Pulumi.prod.yaml > before.yaml && sluice explain --stack prod --before before.yaml --markdown
  echo '[{ "host": "www.test.com", "path": "/", "headers": { "Region": "shenzhen" } }]' |
    sluice explain --stack dev --requests - --json`,
    )
    .action(async ({ stack, config, requests, before, markdown, json }: ExplainOptions) => {
      const file = config === undefined ? readStack(stack ?? "dev") : readStackFile(config);
      if (Object.keys(file.config).every((key) => !key.startsWith("sluice:")))
        throw new UserError(
          `${file.file} has no key of Sluice: keys must begin with sluice:, for example sluice:host`,
          "SLUICE1103",
        );
      const earlier = before === undefined ? undefined : linesOf(readStackFile(before));
      process.stdout.write(
        requests !== undefined
          ? await answerText(file, requests, json)
          : markdown || earlier
            ? changeText(file.stack, linesOf(file), earlier, markdown)
            : planText(file, json),
      );
    });
}

function linesOf({ config }: StackFile): string[] {
  return explainPlan(parseStackConfig(config).plan);
}

function changeText(stack: string, after: string[], before: readonly string[] | undefined, markdown = false): string {
  const lines = before ? trafficDiff(before, after) : after;
  if (!markdown) return `${lines.join("\n")}\n`;
  const isSame = before !== undefined && lines.every((line) => line.startsWith("  "));
  const verdict = isSame ? "The traffic stays as it is.\n\n" : "";
  return `### Traffic of ${stack}\n\n${verdict}\`\`\`${before ? "diff" : "text"}\n${lines.join("\n")}\n\`\`\`\n`;
}

function planText({ stack, config }: StackFile, json = false): string {
  const { plan, renamed } = parseStackConfig(config);
  const traffic = explainPlan(plan);
  if (!json) {
    sayRenamed({ renamed });
    return `${traffic.join("\n")}\n`;
  }
  const warnings = [...warningsOf(plan), ...renamed.map((one) => `warning: ${describeRenamed(one)}`)];
  const answer = { stack, plan, summary: summarizePlan(plan), traffic, warnings };
  return `${jsonOf<"explain">(answer)}\n`;
}

async function answerText({ config }: StackFile, file: string, json = false): Promise<string> {
  const { plan } = parseStackConfig(config);
  const requests = await readRequests(file);
  const answers = requests.map((request) => routeRequest(plan, request));
  if (json) return `${jsonOf<"explain --requests">(answers)}\n`;
  return requests.map(({ host, path }, index) => `${host}${path}: ${inWords(answers[index])}\n`).join("");
}

function inWords(answer: RoutingAnswer | undefined): string {
  if (!answer) return "";
  return `${answer.status ?? explainShares(answer.shares)} (${answer.because})`;
}
