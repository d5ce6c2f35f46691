import { Command, Option } from "commander";
import type { UpdateResult } from "../../engine/engine";
import { runSteps } from "../progress";
import { openSession, requireCluster, say, withSessionOptions, type SessionOptions } from "../session";
import { withStackLease } from "../stack-lease";
import { makesRoute, routedStep } from "../until-routed";
import { agreeOn, runUpdate, upStep, type AgreeOptions } from "../update";
import { withUpdateOptions } from "../update-options";
import { jsonOf } from "../answers";

/** `sluice up`: previews, asks, and makes the objects as the stack says. */
export function upCommand(): Command {
  return withUpdateOptions(withSessionOptions(new Command("up")))
    .addOption(new Option("-y, --yes", "don't ask"))
    .addHelpText(
      "after",
      `
Examples:
  sluice up --stack dev --yes
  sluice up --stack prod --context my-cluster`,
    )
    .action(async (options: SessionOptions & AgreeOptions) => {
      const session = await openSession(options);
      await requireCluster(session);
      await withStackLease(session, "up", async () => {
        await agreeOn(session, options, `Update ${options.stack} on ${session.choice.name}?`);
        let result: UpdateResult | undefined;
        const update = upStep(session, options, (done) => (result = done));
        await runUpdate(session, update, [], options);
        if (result?.outputs.address && makesRoute(result.changes))
          await runSteps([routedStep(session, result.outputs)], options);
        if (options.json && result) say({}, jsonOf<"up">(result));
      });
    });
}
