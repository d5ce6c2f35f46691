import { Command } from "commander";
import type { Preview, UpdateOptions } from "../../engine/engine";
import { demandAllowed } from "../../engine/policy/violation";
import { runSteps } from "../progress";
import { sayUndriven } from "../rollout/undriven";
import { openSession, requireCluster, say, withSessionOptions, type SessionOptions } from "../session";
import { showPreview } from "../show";
import { previewStep, withUpdateOptions } from "../update";

/** `sluice preview`: what an update would change, in words and as a diff. */
export function previewCommand(): Command {
  return withUpdateOptions(withSessionOptions(new Command("preview")))
    .description("show in words and as a diff what an update would change; changes nothing")
    .addHelpText(
      "after",
      `
Examples:
  sluice preview --stack dev
  sluice preview --stack prod --context my-cluster --json`,
    )
    .action(async (options: SessionOptions & UpdateOptions) => {
      const session = await openSession(options);
      await requireCluster(session);
      await sayUndriven(session);
      let preview: Preview | undefined;
      await runSteps([previewStep(session, options, (result) => (preview = result))], options);
      if (preview) say({}, options.json ? JSON.stringify(preview, undefined, 2) : showPreview(options.stack, preview));
      demandAllowed(preview?.violations ?? [], true);
    });
}
