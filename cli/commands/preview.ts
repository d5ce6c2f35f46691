import { resolve } from "node:path";
import { Command } from "commander";
import type { Preview, UpdateOptions } from "../../engine/engine";
import { readStack, readStackFile } from "../../engine/stack-file";
import { demandAllowed } from "../../engine/policy/violation";
import { runSteps } from "../progress";
import { sayUndriven } from "../rollout/undriven";
import { openSession, requireCluster, say, withSessionOptions, type SessionOptions } from "../session";
import { showPreview } from "../show";
import { previewStep } from "../update";
import { withUpdateOptions } from "../update-options";
import { jsonOf } from "../answers";

interface PreviewOptions extends SessionOptions, UpdateOptions {
  readonly config?: string;
}

/** `sluice preview`: what an update would change, in plain English and as a diff. */
export function previewCommand(): Command {
  return withUpdateOptions(withSessionOptions(new Command("preview")))
    .option("-c, --config <file>", "any Pulumi stack file instead; the stack's name is in its name")
    .addHelpText(
      "after",
      `
Examples:
  sluice preview --stack dev
  sluice preview --stack prod --context my-cluster --json
  sluice preview --config shop/Pulumi.shop.yaml`,
    )
    .action(async (given: PreviewOptions, command: Command) => {
      const isNamed = command.getOptionValueSource("stack") === "cli";
      const file =
        given.config === undefined
          ? readStack(given.stack)
          : readStackFile(resolve(given.config), isNamed ? given.stack : undefined);
      const options = { ...given, stack: file.stack };
      const session = await openSession(options, file);
      await requireCluster(session);
      await sayUndriven(session);
      let preview: Preview | undefined;
      await runSteps([previewStep(session, options, (result) => (preview = result))], options);
      if (preview) say({}, options.json ? jsonOf<"preview">(preview) : showPreview(options.stack, preview));
      demandAllowed(preview?.violations ?? [], true);
    });
}
