import { Command, InvalidArgumentError } from "commander";
import { parseStackConfig, type StackConfig } from "../../config";
import { readStack } from "../../engine/stack-file";
import { UserError } from "../../progress/user-error";
import { layOut } from "../../rollout/layout";
import { trialVersion } from "../../traffic/plan";
import { sayRenamed } from "../offline";
import { askPresentTraffic, forecastRollout, type ForecastRollout } from "../rollout/forecast";
import { openRolloutSession, say, withSessionOptions, type SessionOptions } from "../session";
import { jsonOf } from "../answers";

interface ForecastOptions extends SessionOptions {
  readonly to?: string;
  readonly rate?: number;
  readonly errors: number;
}

/** `sluice forecast`: how long a rollout will take, and what a faulty canary will cost. */
export function forecastCommand(): Command {
  return withSessionOptions(new Command("forecast"))
    .option("--to <version>", "the version to roll out (default: the stack's canary)")
    .option("--rate <number>", "requests per second (default: from Prometheus)", above(0, Infinity))
    .option("--errors <percent>", "the percentage of them that fail today; needs --rate", above(-1e-9, 50), 0.1)
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
      sayRenamed(stack);
      const layout = layOut(stack, options.to ?? trialOf(stack));
      const present =
        options.rate === undefined
          ? await askPresentTraffic(stack, layout, (await openRolloutSession({ ...options, quiet: true })).choice)
          : { rate: options.rate, errorRate: options.errors / 100 };
      sayForecast(forecastRollout(stack, layout, present), options);
    });
}

/** Prints a forecast, in plain English or as JSON. */
export function sayForecast(
  { request, result, bake, lines }: ForecastRollout,
  options: { readonly json?: boolean },
): void {
  if (options.json) say({}, jsonOf<"forecast">({ ...request, ...result, ...(bake !== undefined && { bake }) }));
  else for (const line of lines) say({}, line);
}

function trialOf({ plan }: StackConfig): string {
  const trial = trialVersion(plan);
  if (trial !== undefined) return trial;
  throw new UserError("the stack names no canary: pass --to VERSION", "SLUICE1005");
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
