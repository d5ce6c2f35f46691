import Table from "cli-table3";
import { Command, InvalidArgumentError } from "commander";
import prettyMilliseconds from "pretty-ms";
import type { RolloutView } from "../../rollout/dashboard/data";
import { openRecords } from "../rollout/open-records";
import { noRollout } from "../rollout/steering";
import { viewsOf } from "../rollout/undriven";
import { checkLine } from "../rollout/check-line";
import { UserError } from "../../progress/user-error";
import { chartsOf } from "../../rollout/charts";
import { chartLines } from "../rollout/chart-lines";
import { openRolloutSession, requireCluster, say, withSessionOptions, type SessionOptions } from "../session";
import { jsonOf } from "../answers";

/** `sluice history`: the stack's rollouts, how they ended, and why. */
export function historyCommand(): Command {
  return withSessionOptions(new Command("history"))
    .argument("[number]", "a rollout's number, to show each round of its checks", parseNumber)
    .addHelpText(
      "after",
      `
Examples:
  sluice history --stack dev
  sluice history 3 --stack dev
  sluice history --json | jq '.[0].rounds'`,
    )
    .action(async (number: number | undefined, options: SessionOptions) => {
      const rollouts = await readRollouts(options);
      if (number === undefined)
        return say({}, options.json ? jsonOf<"history">(rollouts) : tableOf(rollouts, options.stack));
      const rollout = rollouts.find(({ id }) => id === number);
      if (!rollout)
        throw new UserError(
          `there is no rollout ${number}: ${options.stack} has ${rollouts.map(({ id }) => id).join(", ") || "none"}`,
          "SLUICE1505",
        );
      say({}, options.json ? jsonOf<"history NUMBER">(rollout) : detailOf(rollout));
    });
}

/** `sluice rollout status`: the stack's last rollout, and what it waits for. */
export function statusCommand(): Command {
  return withSessionOptions(new Command("status"))
    .addHelpText(
      "after",
      `
Examples:
  sluice rollout status --stack dev
  sluice rollout status --json | jq .phase`,
    )
    .action(async (options: SessionOptions) => {
      const [last] = await readRollouts(options);
      if (!last) throw new UserError(noRollout(options.stack), "SLUICE1505");
      say({}, options.json ? jsonOf<"rollout status">(last) : tableOf([last], options.stack));
    });
}

/** All rollouts of a stack, the last one first. */
async function readRollouts(options: SessionOptions): Promise<readonly RolloutView[]> {
  const session = await openRolloutSession({ ...options, quiet: true });
  await requireCluster(session);
  const opened = await openRecords(session);
  const { rollouts, unreadable } = await opened.records.readAll();
  for (const line of unreadable) process.stderr.write(`${line}\n`);
  return viewsOf(opened, rollouts);
}

function tableOf(rollouts: readonly RolloutView[], stack: string): string {
  if (rollouts.length === 0) return noRollout(stack);
  const table = new Table({
    head: ["", "began", "took", "versions", "phase", "step", "why"],
    style: { head: [], border: [] },
    colWidths: [null, null, null, null, null, null, 60],
    wordWrap: true,
  });
  for (const {
    id,
    startedAt,
    endedAt,
    from,
    to,
    phase,
    step,
    steps,
    outcome,
    paused,
    watchedUntil,
    undriven,
  } of rollouts)
    table.push([
      String(id),
      startedAt.replace("T", " ").slice(0, 19),
      endedAt === undefined
        ? ""
        : prettyMilliseconds(Date.parse(endedAt) - Date.parse(startedAt), { secondsDecimalDigits: 0 }),
      `${from} → ${to}`,
      phase,
      `${step} of ${steps}`,
      outcome ??
        [
          ...(watchedUntil === undefined ? [] : [`watched until ${watchedUntil.replace("T", " ").slice(0, 19)}`]),
          ...(paused === undefined ? [] : [`waiting for ${paused}`]),
          ...(undriven === undefined ? [] : [undriven]),
        ].join("; "),
    ]);
  return table.toString();
}

/** Columns if there is no terminal that says how wide it is. */
const usualWidth = 80;

function detailOf(rollout: RolloutView): string {
  const { id, from, to, phase, outcome, undriven, rounds } = rollout;
  const width = Math.min(120, process.stdout.columns || usualWidth);
  const charts = chartsOf(rollout).flatMap((chart) => ["", ...chartLines(chart, width)]);
  return [
    `rollout ${id}: ${from} → ${to}, ${phase}${outcome === undefined ? "" : `: ${outcome}`}`,
    ...(undriven === undefined ? [] : [undriven]),
    ...charts,
    ...(charts.length > 0 ? [""] : []),
    ...rounds.flatMap(({ at, step, weight, verdict, checks }) => [
      `${at.replace("T", " ").slice(0, 19)}  step ${step}, ${weight}%: ${verdict}`,
      ...checks.map((check) => `  ${checkLine(check)}`),
    ]),
  ].join("\n");
}

function parseNumber(text: string): number {
  if (/^[1-9]\d*$/.test(text)) return Number(text);
  throw new InvalidArgumentError("It must be a rollout's number, as sluice history shows it.");
}
