import { Command } from "commander";
import type { PlanVerdict } from "../../traffic/verdict";
import { stackInForce } from "../in-force";
import { runSteps } from "../progress";
import { sayUndriven } from "../rollout/undriven";
import { openSession, requireCluster, say, withSessionOptions, type SessionOptions } from "../session";
import { showVerdict } from "../show";
import { demandAsPlanned, verifyStep } from "../update";
import { defaultRequests, parseRequests } from "../update-options";
import { jsonOf } from "../answers";

/** `sluice verify`: counts requests by version and compares them with the plan. */
export function verifyCommand(): Command {
  return withSessionOptions(new Command("verify"))
    .option("-n, --requests <number>", "how many requests to send, from 1 to 10000", parseRequests, defaultRequests)
    .addHelpText(
      "after",
      `
Examples:
  sluice verify --stack dev
  sluice verify --stack prod --context my-cluster --requests 1000 --json`,
    )
    .action(async (options: SessionOptions & { requests: number }) => {
      const session = await openSession(options);
      await requireCluster(session);
      await sayUndriven(session);
      let verdict: PlanVerdict | undefined;
      let config = session.config();
      const verify = verifyStep(
        { ...session, config: () => config },
        options.requests,
        (result) => (verdict = result),
        async (context) => {
          const outputs = await session.outputs(context);
          ({ config } = await stackInForce(session, outputs));
          return outputs;
        },
      );
      await runSteps([verify], options);
      if (verdict) say({}, options.json ? jsonOf<"verify">(verdict) : showVerdict(verdict));
      demandAsPlanned(verdict);
    });
}
