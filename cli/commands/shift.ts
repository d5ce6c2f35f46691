import { Command, InvalidArgumentError, Option } from "commander";
import type { HeaderRule } from "../../traffic/plan";
import { changeStack, type ChangeOptions } from "../change-stack";
import type { StackInForce } from "../in-force";
import { openShiftSession, requireCluster, withSessionOptions } from "../session";
import { changesFor, isEmpty, parseHeaderRule, type ShiftRequest } from "../shift-changes";
import { withStackLease } from "../stack-lease";
import { defaultRequests, parseRequests, withUpdateOptions } from "../update-options";

/** `sluice shift`: moves traffic with one command: edits the stack file, applies it and measures the split. */
export function shiftCommand(): Command {
  const command = withUpdateOptions(withSessionOptions(new Command("shift")))
    .option("-w, --weight <number>", "the canary's weight, percent of the requests that no rule decides", parseWeight)
    .option("--header <rule>", "send requests to the canary by header: NAME=VALUE, NAME=~PATTERN, or NAME", parseHeader)
    .option("--cookie <name>", "send requests to the canary by a cookie: always, or never")
    .addOption(new Option("--active <color>", "the color that takes all traffic").choices(["blue", "green"]))
    .option("--clear-rules", "remove the header rule and the cookie rule")
    .option("--promote", "make the canary's version stable, and remove the canary")
    .option("-y, --yes", "don't ask")
    .option(
      "-n, --requests <number>",
      "how many requests verify the split, from 1 to 10000",
      parseRequests,
      defaultRequests,
    )
    .addHelpText(
      "after",
      `
If only routes differ, Sluice patches them as soon as you answer yes, and Pulumi reconciles afterwards. Sluice edits the
stack file as \`pulumi config set\` would, and keeps its comments and order. Nothing changes before you answer yes.
To go back, run \`sluice undo\`.

Examples:
  sluice shift --stack dev --weight 30
  sluice shift --stack dev --header Region=~shenzhen
  sluice shift --stack dev --header Region=beijing --cookie user_from_shenzhen --weight 0
  sluice shift --stack dev --clear-rules
  sluice shift --stack prod --active green --context my-cluster`,
    );
  return command.action(async (options: ChangeOptions & ShiftRequest) => {
    if (isEmpty(options))
      command.error("error: nothing to move: pass --weight, --header, --cookie, --active, --clear-rules or --promote");
    const session = await openShiftSession(options);
    await requireCluster(session);
    const wish = ({ config }: StackInForce) => changesFor(options, config.plan);
    await withStackLease(session, "shift", () => changeStack(session, wish, options));
  });
}

function parseWeight(text: string): number {
  if (/^\d+$/.test(text)) return Number(text);
  throw new InvalidArgumentError("It must be a whole number from 0 to 100, or to the stack's weightTotal.");
}

function parseHeader(text: string): HeaderRule {
  try {
    return parseHeaderRule(text);
  } catch (error) {
    throw new InvalidArgumentError((error as Error).message);
  }
}
