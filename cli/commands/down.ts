import { Command } from "commander";
import type { Change } from "../../engine/engine";
import type { Step } from "../../progress/step";
import { UserError } from "../../progress/user-error";
import { nameOf } from "../../workloads/names";
import { confirm } from "../confirm";
import { stackInForce } from "../in-force";
import { runSteps } from "../progress";
import { openRecords } from "../rollout/open-records";
import { openSession, say, sessionArguments, withSessionOptions, type Session, type SessionOptions } from "../session";
import { withStackLease } from "../stack-lease";
import { destroyStep, removableStep } from "../update";
import { jsonOf } from "../answers";

/** Deletes the records of the stack's rollouts, as they would keep the namespace from being removed. */
function forgetStep(session: Session): Step {
  return {
    title: "Delete the records of its rollouts",
    run: async () => `${await (await openRecords(session)).records.remove()} deleted`,
  };
}

/** Refuses if users are on a promoted version: a removal would leave them there, so they must return to the live workload first. */
async function refusePromoted(session: Session, options: DownOptions): Promise<void> {
  const { application } = session.config();
  if (!application?.live) return;
  const { config } = await stackInForce(session, undefined);
  if (config.plan.strategy !== "canary" || config.plan.stable === application.live.version) return;
  throw new UserError(
    `users are on ${config.plan.stable}, not on ${nameOf(application.workload)}: hand it back with sluice release ${sessionArguments(options)}`,
    "SLUICE1111",
  );
}

interface DownOptions extends SessionOptions {
  readonly yes?: boolean;
  readonly keepCluster?: boolean;
}

/** `sluice down`: removes the stack, and the cluster if it is one of Sluice's own. */
export function downCommand(): Command {
  return withSessionOptions(new Command("down"))
    .option("-y, --yes", "don't ask; Sluice never asks before it removes its own cluster")
    .option("--keep-cluster", "remove the stack only")
    .addHelpText(
      "after",
      `
Examples:
  sluice down
  sluice down --stack dev --context my-cluster --yes`,
    )
    .action(async (options: DownOptions) => {
      const session = await openSession(options);
      const isNamed = session.choice.downSteps.length === 0;
      if (isNamed && !options.yes)
        await confirm(`Remove every object of ${options.stack} from ${session.choice.name}?`);
      let all: readonly Change[] = [];
      const destroy = destroyStep(session, (changes) => (all = changes));
      const isUp = await session.choice.isUp();
      if (isUp && (isNamed || options.keepCluster)) await refusePromoted(session, options);
      if (isUp)
        await withStackLease(session, "down", () =>
          runSteps([removableStep(session), forgetStep(session), destroy], options),
        );
      if (!options.keepCluster) await runSteps(session.choice.downSteps, options);
      const [removed = [], kept = []] = ["delete", "keep"].map((kind) => all.filter((change) => change.kind === kind));
      if (options.json) say({}, jsonOf<"down">({ removed, kept }));
    });
}
