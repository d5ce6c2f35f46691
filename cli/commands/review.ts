import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Command, InvalidArgumentError, Option } from "commander";
import { parseStackConfig } from "../../config";
import { host } from "../../config/fields";
import { editStack } from "../../engine/edit-stack";
import type { Change } from "../../engine/engine";
import { projectFolder, readStack, stackOfText } from "../../engine/stack-file";
import { UserError } from "../../progress/user-error";
import { confirm } from "../confirm";
import { runSteps } from "../progress";
import { reviewEdits, reviewName, type ReviewRequest } from "../review-stack";
import { openSession, requireCluster, say, withSessionOptions, type SessionOptions } from "../session";
import { showVerdict } from "../show";
import { withStackLease } from "../stack-lease";
import {
  agreeOn,
  demandAsPlanned,
  destroyStep,
  updateAndVerify,
  withUpdateOptions,
  type AgreeOptions,
} from "../update";
import { defaultRequests, parseRequests } from "./verify";

interface ReviewOptions extends SessionOptions, AgreeOptions, ReviewRequest {
  readonly requests: number;
}

/** `sluice review`: an ephemeral stack of a pull request, on a host of its own. */
export function reviewCommand(): Command {
  return new Command("review")
    .description("bring an ephemeral stack of a pull request up on a host of its own, or remove it")
    .addCommand(reviewUp())
    .addCommand(reviewDown());
}

function reviewUp(): Command {
  return withUpdateOptions(withReviewOptions(new Command("up")))
    .description("make the pull request's stack of the checked-out one, or bring it up to date, and measure it")
    .option("-n, --requests <number>", "how many requests verify it, from 1 to 10000", parseRequests, defaultRequests)
    .addHelpText(
      "after",
      `
The stack pr-N is a copy of --stack with hosts and a namespace of its own, on the controller that is there: the stack that
brings it must be up on the same cluster. It has neither certificates nor node ports.

Examples:
  sluice review up --pull-request 12 --yes
  sluice review up --pull-request 12 --stack dev --host-suffix review.example.com --context my-cluster --yes`,
    )
    .action(async (options: ReviewOptions) => {
      const file = writeReviewFile(options);
      const stack = reviewName(options);
      const session = await openSession({ ...options, stack });
      await requireCluster(session);
      await withStackLease(session, "review up", async () => {
        const preview = await agreeOn(session, options, `Bring ${stack} up on ${session.choice.name}?`);
        const { result, verdict } = await updateAndVerify(session, options, options.requests);
        const { url } = result.outputs;
        say(
          {},
          options.json ? JSON.stringify({ stack, file, url, preview, verdict }, undefined, 2) : showVerdict(verdict),
        );
        say(options, `${stack} is at ${url}; to remove it: sluice review down --pull-request ${options.pullRequest}`);
        demandAsPlanned(verdict);
      });
    });
}

function reviewDown(): Command {
  return withReviewOptions(new Command("down"))
    .description("remove the pull request's stack with everything that it made")
    .addHelpText(
      "after",
      `
Examples:
  sluice review down --pull-request 12 --yes`,
    )
    .action(async (options: ReviewOptions) => {
      const stack = reviewName(options);
      // On a fresh checkout the file is not there: what is removed is what the cluster, or Pulumi, remembers of the stack.
      const file = writeReviewFile(options);
      const session = await openSession({ ...options, stack });
      await requireCluster(session);
      if (!options.yes) await confirm(`Remove every object of ${stack} from ${session.choice.name}?`);
      await withStackLease(session, "review down", async () => {
        let removed: readonly Change[] = [];
        await runSteps([destroyStep(session, (changes) => (removed = changes), { forget: true })], options);
        rmSync(file, { force: true });
        if (options.json) say({}, JSON.stringify({ removed }, undefined, 2));
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

/** Writes the review's stack file from its template, and refuses before that where the outcome can't be used. */
function writeReviewFile(options: ReviewOptions): string {
  const template = readStack(options.stack);
  const name = reviewName(options);
  const file = join(projectFolder, `Pulumi.${name}.yaml`);
  const head = `# Written by \`sluice review\` from Pulumi.${options.stack}.yaml; \`sluice review down\` removes it.\n`;
  if (existsSync(file) && !readFileSync(file, "utf8").startsWith("# Written by `sluice review`"))
    throw new UserError(
      `Pulumi.${name}.yaml is there and was not written by sluice review: give that stack another name`,
    );
  const edits = reviewEdits(parseStackConfig(template.config), options);
  const text = head + editStack(readFileSync(template.file, "utf8"), edits);
  parseStackConfig(stackOfText(text, file, name).config);
  writeFileSync(file, text);
  return file;
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
