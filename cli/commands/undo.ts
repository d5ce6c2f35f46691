import { Command } from "commander";
import { changesBetween, trafficValues, type TrafficValues } from "../../record/traffic-values";
import type { PastUpdate } from "../../engine/engine";
import { UserError } from "../../progress/user-error";
import type { Step } from "../../progress/step";
import { changeStack, type ChangeOptions } from "../change-stack";
import type { StackInForce } from "../in-force";
import { runSteps } from "../progress";
import { openShiftSession, requireCluster, say, withSessionOptions } from "../session";
import { withStackLease } from "../stack-lease";
import { defaultRequests, parseRequests, withUpdateOptions } from "../update-options";

/** `sluice undo`: restores the previous traffic plan. */
export function undoCommand(): Command {
  return withUpdateOptions(withSessionOptions(new Command("undo")))
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
It restores stable, canary, weight, rules, affinity, colors and the number of pods. Images and files don't change. The
cluster or Pulumi stores the earlier plans with the stack, so undo works on any machine. A second undo reverts the first.

Examples:
  sluice undo --stack dev
  sluice undo --stack prod --context my-cluster --yes`,
    )
    .action(async (options: ChangeOptions) => {
      const session = await openShiftSession(options);
      await requireCluster(session);
      await withStackLease(session, "undo", async () => {
        let history: readonly PastUpdate[] = [];
        const look: Step = {
          title: "Find the previous plan",
          run: async (context) => {
            history = await session.engine().history(context);
          },
        };
        await runSteps([look], options);
        let told: string | undefined;
        const wish = ({ raw }: StackInForce) => {
          const { time, changes } = lastOther(history, trafficValues(raw), options.stack);
          // If only Pulumi knows what is in force, it is asked again.
          if (told !== time) say(options, `back to the plan of ${time}`);
          told = time;
          return changes;
        };
        await changeStack(session, wish, options);
      });
    });
}

/**
 * The last update whose plan differs from the stack's.
 *
 * @throws UserError if there is none.
 */
export function lastOther(
  history: readonly PastUpdate[],
  now: TrafficValues,
  stack: string,
): { readonly time: string; readonly changes: TrafficValues } {
  for (const { time, traffic } of history) {
    const changes = changesBetween(now, traffic);
    if (Object.keys(changes).length > 0) return { time, changes };
  }
  throw new UserError(`nothing to undo: ${stack} has had only one traffic plan`, "SLUICE1111");
}
