import { Command, InvalidArgumentError } from "commander";
import type { PlanVerdict } from "../../traffic/verdict";
import { stackInForce } from "../in-force";
import { runSteps } from "../progress";
import { sayUndriven } from "../rollout/undriven";
import { openSession, requireCluster, say, withSessionOptions, type SessionOptions } from "../session";
import { showVerdict } from "../show";
import { demandAsPlanned, verifyStep } from "../update";

/** How many requests tell a split of 10% from one of 5% or 17% with 99.9% confidence. */
export const defaultRequests = 400;

/** `sluice verify`: counts requests by version and holds them against the plan. */
export function verifyCommand(): Command {
  return withSessionOptions(new Command("verify"))
    .description("count requests by version and hold them against the plan; exit status 1 if the split lies outside it")
    .option("-n, --requests <number>", "how many requests, from 1 to 10000", parseRequests, defaultRequests)
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
          const outputs = await session.engine().outputs(context);
          ({ config } = await stackInForce(session, outputs));
          return outputs;
        },
      );
      await runSteps([verify], options);
      if (verdict) say({}, options.json ? JSON.stringify(verdict, undefined, 2) : showVerdict(verdict));
      demandAsPlanned(verdict);
    });
}

/** Reads a number of requests. */
export function parseRequests(text: string): number {
  const requests = Number(text);
  if (Number.isInteger(requests) && requests >= 1 && requests <= 10_000) return requests;
  throw new InvalidArgumentError("It must be a whole number from 1 to 10000.");
}
