import { existsSync, readFileSync, rmSync } from "node:fs";
import { Command, InvalidArgumentError, Option } from "commander";
import { parseStackConfig } from "../../config";
import { host } from "../../config/fields";
import type { Change } from "../../engine/engine";
import { withStackFile } from "../../engine/recorded-file";
import { readStack, stackFilePath, stackOfText } from "../../engine/stack-file";
import { replaceFile } from "../../engine/write-file";
import { UserError } from "../../progress/user-error";
import { confirm } from "../confirm";
import { runSteps } from "../progress";
import { reviewName, reviewValues, type ReviewRequest } from "../review-stack";
import { openSession, requireCluster, say, withSessionOptions, type Session, type SessionOptions } from "../session";
import { withStackLease } from "../stack-lease";
import { withTrafficValues } from "../traffic-text";
import { agreeOn, demandAsPlanned, destroyStep, showSplit, updateAndVerify, type AgreeOptions } from "../update";
import { defaultRequests, parseRequests, withUpdateOptions } from "../update-options";
import { jsonOf } from "../answers";

interface ReviewOptions extends SessionOptions, AgreeOptions, ReviewRequest {
  readonly requests: number;
}

/** `sluice review`: an ephemeral stack of a pull request, on a host of its own. */
export function reviewCommand(): Command {
  return new Command("review").addCommand(reviewUp()).addCommand(reviewDown());
}

function reviewUp(): Command {
  return withUpdateOptions(withReviewOptions(new Command("up")))
    .description("create or update the pull request's stack, and measure its split")
    .option("-n, --requests <number>", "how many requests verify it, from 1 to 10000", parseRequests, defaultRequests)
    .addHelpText(
      "after",
      `
The stack pr-N is a copy of --stack with its own hosts and namespace, but without certificates and node ports. It uses the
controller that the cluster has: the stack that installs the controller must be up on the same cluster.

Examples:
  sluice review up --pull-request 12 --yes
  sluice review up --pull-request 12 --stack dev --host-suffix review.example.com --context my-cluster --yes`,
    )
    .action(async (options: ReviewOptions) => {
      const stack = reviewName(options);
      await onReview(options, "review up", async (session, { file, text }) => {
        const preview = await agreeOn(session, options, `Deploy ${stack} on ${session.choice.name}?`);
        replaceFile(file, text);
        const { result, verdict } = await updateAndVerify(session, options, options.requests);
        const { url } = result.outputs;
        say(
          {},
          options.json
            ? jsonOf<"review up">({ stack, file, url, preview, verdict })
            : showSplit(verdict, session.config()),
        );
        say(options, `${stack} is at ${url}; to remove it: sluice review down --pull-request ${options.pullRequest}`);
        demandAsPlanned(verdict);
      });
    });
}

function reviewDown(): Command {
  return withReviewOptions(new Command("down"))
    .description("remove the pull request's stack with all of its objects")
    .addHelpText(
      "after",
      `
Examples:
  sluice review down --pull-request 12 --yes`,
    )
    .action(async (options: ReviewOptions) => {
      const stack = reviewName(options);
      // A fresh checkout lacks the file, so the command removes what Pulumi's state has of the stack.
      await onReview(options, "review down", async (session, { file }) => {
        if (!options.yes) await confirm(`Remove every object of ${stack} from ${session.choice.name}?`);
        let removed: readonly Change[] = [];
        await runSteps([destroyStep(session, (changes) => (removed = changes), { forget: true })], options);
        rmSync(file, { force: true });
        if (options.json) say({}, jsonOf<"review down">({ removed }));
      });
    });
}

function withReviewOptions(command: Command): Command {
  return withSessionOptions(command)
    .addOption(
      new Option("-p, --pull-request <number>", "the pull request's number")
        .argParser(parsePullRequest)
        .makeOptionMandatory(),
    )
    .option(
      "--host-suffix <domain>",
      "the domain of the reviews' hosts, pr-N.DOMAIN (default: below the stack's own)",
      parseDomain,
    )
    .option("-y, --yes", "don't ask");
}

/** A review's stack file, and its text. */
interface ReviewFile {
  readonly file: string;
  readonly text: string;
}

/** Works on a review's stack, with its lease. Its file is not written by this: what is worked with is a copy elsewhere. */
async function onReview(
  options: ReviewOptions,
  doing: string,
  work: (session: Session, review: ReviewFile) => Promise<void>,
): Promise<void> {
  const review = reviewFileOf(options);
  const stack = reviewName(options);
  const { config } = stackOfText(review.text, review.file, stack);
  await withStackFile(review.text, async (file) => {
    const session = await openSession({ ...options, stack }, { stack, file, config });
    await requireCluster(session);
    await withStackLease(session, doing, () => work(session, review));
  });
}

/**
 * What a review's stack file is to say, from its template.
 *
 * @throws UserError if a file of that name exists and `sluice review` did not write it.
 */
function reviewFileOf(options: ReviewOptions): ReviewFile {
  const template = readStack(options.stack);
  const name = reviewName(options);
  const file = stackFilePath(name);
  const head = `# Written by \`sluice review\` from Pulumi.${options.stack}.yaml; \`sluice review down\` removes it.\n`;
  if (existsSync(file) && !readFileSync(file, "utf8").startsWith("# Written by `sluice review`"))
    throw new UserError(
      `Pulumi.${name}.yaml exists, and sluice review did not write it: give that stack another name`,
      "SLUICE1006",
    );
  const values = reviewValues(parseStackConfig(template.config), options);
  return { file, text: head + withTrafficValues(readFileSync(template.file, "utf8"), values) };
}

function parsePullRequest(text: string): number {
  const number = Number(text);
  if (/^[1-9]\d{0,8}$/.test(text)) return number;
  throw new InvalidArgumentError("It must be a pull request's number, a whole number from 1.");
}

function parseDomain(text: string): string {
  if (host.safeParse(text).success && !text.startsWith("*")) return text;
  throw new InvalidArgumentError("It must be a domain such as review.example.com.");
}
