import { Command, Option } from "commander";
import type { Preview, UpdateOptions, UpdateResult } from "../../engines/engine";
import { confirm } from "../confirm";
import { runSteps } from "../progress";
import { openSession, requireCluster, say, withSessionOptions, type SessionOptions } from "../session";
import { showPreview } from "../show";
import { withStackLock } from "../stack-lock";
import { previewStep, upStep, withUpdateOptions } from "../update";

interface UpOptions extends SessionOptions, UpdateOptions {
  readonly yes?: boolean;
}

/** `sluice up`: previews, asks, and makes the objects as the stack says. */
export function upCommand(): Command {
  return withUpdateOptions(withSessionOptions(new Command("up")))
    .description("make the cluster as the stack says, after a preview")
    .addOption(new Option("-y, --yes", "don't ask"))
    .addHelpText(
      "after",
      `
Examples:
  sluice up --stack dev --yes
  sluice up --stack prod --context my-cluster`,
    )
    .action(async (options: UpOptions) => {
      const session = await openSession(options);
      await requireCluster(session);
      await withStackLock(options.stack, session.choice.name, async () => {
        let preview: Preview | undefined;
        await runSteps([previewStep(session, options, (result) => (preview = result))], options);
        if (preview) say(options, showPreview(options.stack, preview));
        if (!options.yes && preview?.changes.length !== 0)
          await confirm(`Update ${options.stack} on ${session.choice.name}?`);
        let result: UpdateResult | undefined;
        await runSteps([upStep(session, options, (done) => (result = done))], options);
        if (options.json) say({}, JSON.stringify(result, undefined, 2));
      });
    });
}
