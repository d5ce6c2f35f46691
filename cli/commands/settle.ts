import { Command } from "commander";
import { replaceFile } from "../../engine/write-file";
import { UserError } from "../../progress/user-error";
import { readRolloutTraffic } from "../../record/read";
import { fileDiff } from "../file-diff";
import { openRecords } from "../rollout/open-records";
import {
  goOnOrBack,
  openSession,
  requireCluster,
  say,
  sessionArguments,
  withSessionOptions,
  type Session,
  type SessionOptions,
} from "../session";
import { settlementOf } from "../settle-file";
import { withStackLease } from "../stack-lease";

interface SettleOptions extends SessionOptions {
  readonly diff?: boolean;
}

/** `sluice settle`: has the stack's file say what the last rollout has brought. */
export function settleCommand(): Command {
  return withSessionOptions(new Command("settle"))
    .option("--diff", "print the change for a commit instead; writes nothing")
    .addHelpText(
      "after",
      `
A finished rollout stays in force until the stack's file says the same. The driver writes the file at the end if it can;
where it ran in another checkout or in CI, this command does.

Examples:
  sluice settle --stack dev
  sluice settle --stack prod --context my-cluster --diff | git apply`,
    )
    .action(async (options: SettleOptions) => {
      const session = await openSession({ ...options, quiet: true });
      await requireCluster(session);
      await withStackLease(session, "settle", () => settle(session, options));
    });
}

async function settle(session: Session, options: SettleOptions): Promise<void> {
  const { stack, file } = session.file;
  const { api, records, at } = await openRecords(session);
  const traffic = await readRolloutTraffic(api.core, stack, at.namespace);
  if (!traffic) throw new UserError(`${stack} has had no rollout whose result its file could lack`, "SLUICE1505");
  const { id, to, state } = traffic;
  if (state === "under way") {
    const target = sessionArguments(options);
    throw new UserError(`rollout ${id} to ${to} is under way: ${goOnOrBack(target)}`, "SLUICE1504");
  }
  const { before, after } = settlementOf(session.file, traffic);
  if (options.diff) {
    process.stdout.write(await fileDiff(file, before, after));
    return;
  }
  if (after !== before) replaceFile(file, after);
  await records.settle(id);
  const what = after === before ? "says already" : "says now";
  say(options, `${file} ${what} what rollout ${id} has brought: from here on the file decides`);
}
