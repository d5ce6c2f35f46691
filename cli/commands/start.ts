import { Command } from "commander";
import type { UpdateOptions } from "../../engine/engine";
import { runSteps } from "../progress";
import { openSession, say, withSessionOptions, type SessionOptions } from "../session";
import { withStackLease } from "../stack-lease";
import { agreeOn, demandAsPlanned, showSplit, updateAndVerify } from "../update";
import { defaultRequests, withUpdateOptions } from "../update-options";
import { jsonOf } from "../answers";

/** `sluice start`: starts a cluster, deploys the stack and measures the split. */
export function startCommand(): Command {
  return withUpdateOptions(withSessionOptions(new Command("start")))
    .addHelpText(
      "after",
      `
Examples:
  sluice start
  sluice start --stack dev --context my-cluster`,
    )
    .action(async (options: SessionOptions & UpdateOptions) => {
      const session = await openSession(options);
      await runSteps(session.choice.upSteps(session.file.config), options);
      await withStackLease(session, "start", async () => {
        const preview = await agreeOn(session, options);
        const { verdict } = await updateAndVerify(session, options, defaultRequests);
        say({}, options.json ? jsonOf<"start">({ preview, verdict }) : `\n${showSplit(verdict, session.config())}`);
        demandAsPlanned(verdict);
      });
    });
}
