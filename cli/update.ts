import type { Command } from "commander";
import type { Preview, UpdateOptions, UpdateResult } from "../engines/engine";
import type { Step } from "../progress/step";
import type { PlanVerdict } from "../traffic/verdict";
import { Unsatisfied } from "./failure";
import type { Session } from "./session";
import { summarizeChanges } from "./show";
import { verifySplit } from "./verify-split";

/** Adds the options of {@link UpdateOptions}. */
export function withUpdateOptions(command: Command): Command {
  return command
    .option("--force-conflicts", "take fields back that another writer changed")
    .option("--adopt", "take over objects that are there already and that no stack made");
}

/** Asks the engine what an update would change. */
export function previewStep(session: Session, options: UpdateOptions, take: (preview: Preview) => void): Step {
  return {
    title: `Preview ${session.file.stack}`,
    run: async (context) => {
      const preview = await session.engine().preview(context, options);
      take(preview);
      return preview.changes.length === 0 ? "nothing to change" : summarizeChanges(preview.changes, preview.unchanged);
    },
  };
}

/** Makes the objects as the stack says and waits until they are ready. */
export function upStep(session: Session, options: UpdateOptions, take: (result: UpdateResult) => void): Step {
  return {
    title: `Update ${session.file.stack}`,
    run: async (context) => {
      const result = await session.engine().up(context, options);
      take(result);
      return result.outputs.address === undefined ? "ready" : `ready at ${result.outputs.address}`;
    },
  };
}

/** Measures the split by requests. */
export function verifyStep(session: Session, requests: number, take: (verdict: PlanVerdict) => void): Step {
  return {
    title: `Verify the split by ${requests} requests`,
    run: async (context) => {
      const outputs = await session.engine().outputs(context);
      const verdict = await verifySplit(session.choice.cluster(), session.config(), outputs, requests, context);
      take(verdict);
      return verdict.asPlanned ? "as planned" : "not as planned";
    },
  };
}

/** Ends a command with exit status 1 where the split is not as planned; the table has said so already. */
export function demandAsPlanned(verdict: PlanVerdict | undefined): void {
  if (verdict && !verdict.asPlanned) throw new Unsatisfied("the measured split is not as planned");
}
