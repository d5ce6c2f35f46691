import { Command, InvalidArgumentError } from "commander";
import { clusterApi } from "../../cluster/api";
import { parseStackConfig, type StackConfig } from "../../config";
import { readStack } from "../../engine/stack-file";
import { forecast } from "../../judge";
import { UserError } from "../../progress/user-error";
import { createTransport } from "../../rollout/analysis/create-transport";
import { presentTraffic } from "../../rollout/analysis/present-traffic";
import { askPrometheus } from "../../rollout/analysis/prometheus";
import { forecastLines, forecastRequest, type PresentTraffic } from "../../rollout/forecast";
import { layOut } from "../../rollout/layout";
import type { RolloutLayout } from "../../rollout/spec";
import { trialVersion } from "../../traffic/plan";
import { openRolloutSession, say, withSessionOptions, type SessionOptions } from "../session";

interface ForecastOptions extends SessionOptions {
  readonly to?: string;
  readonly rate?: number;
  readonly errors: number;
}

/** Milliseconds until Prometheus must have answered. */
const patience = 30_000;

/** `sluice forecast`: how long a rollout will take, and what a faulty canary will cost. */
export function forecastCommand(): Command {
  return withSessionOptions(new Command("forecast"))
    .description("forecast a rollout: its duration, and what faults of 1% to 100% cost users")
    .option("--to <version>", "the version to roll out (default: the stack's canary)")
    .option("--rate <number>", "requests per second (default: asked of Prometheus)", above(0, Infinity))
    .option("--errors <percent>", "the percentage of them that fails today, with --rate", above(-1e-9, 50), 0.1)
    .addHelpText(
      "after",
      `
Examples:
  sluice forecast --stack prod --to v3
  sluice forecast --stack dev --to v2 --rate 20 --errors 0.5`,
    )
    .action(async (options: ForecastOptions) => {
      const { config } = readStack(options.stack);
      const stack = parseStackConfig(config);
      const { rollout } = stack;
      const layout = layOut(stack, options.to ?? trialOf(stack));
      const present =
        options.rate === undefined
          ? await askFor(stack, layout, options)
          : { rate: options.rate, errorRate: options.errors / 100 };
      const request = forecastRequest(layout, rollout ?? { metrics: [] }, present);
      const result = forecast(request);
      if (options.json) return say({}, JSON.stringify({ ...request, ...result }, undefined, 2));
      for (const line of forecastLines(present, result)) say({}, line);
      if (!rollout?.metrics.some(({ compare }) => compare))
        say({}, "  Add compare: {} to request-success-rate: this stack judges by limits alone");
    });
}

function trialOf({ plan }: StackConfig): string {
  const trial = plan.strategy === "replicaRatio" ? undefined : trialVersion(plan);
  if (trial !== undefined) return trial;
  throw new UserError("the stack names no canary: pass --to VERSION");
}

/** @throws UserError where nobody counts the stack's requests. */
async function askFor(
  { namespace, workload, plan, ingressController, rollout }: StackConfig,
  { from, to }: RolloutLayout,
  options: ForecastOptions,
): Promise<PresentTraffic> {
  if (!rollout?.prometheus)
    throw new UserError("the present traffic is not known: pass --rate REQUESTS_PER_SECOND, or set rollout.prometheus");
  const session = await openRolloutSession({ ...options, quiet: true });
  const transport = createTransport(rollout.prometheus, {
    environment: process.env,
    kubeConfig: () => clusterApi(session.choice.cluster()).kubeConfig,
  });
  const isRouted = plan.strategy !== "replicaRatio" && plan.router === "ingress";
  const subject = {
    ...{ namespace, workload, plan, canary: to, stable: from },
    ...(isRouted && { controller: ingressController?.kind }),
  };
  return presentTraffic(subject, (promql) => askPrometheus(transport, promql, AbortSignal.timeout(patience)));
}

function above(least: number, most: number): (text: string) => number {
  return (text) => {
    const number = Number(text);
    if (text.trim() === "" || !(number > least && number < most))
      throw new InvalidArgumentError(
        `It must be a number ${least < 0 ? "from 0" : `above ${least}`}${most === Infinity ? "" : ` to below ${most}`}.`,
      );
    return number;
  };
}
