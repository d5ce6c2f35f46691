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

/** `sluice settle`: writes the last rollout's result into the stack file. */
export function settleCommand(): Command {
  return withSessionOptions(new Command("settle"))
    .option("--diff", "print the change as a patch for git apply; write nothing")
    .addHelpText(
      "after",
      `
A finished rollout stays in force until the stack file says the same. The driver writes the file at the end if it can. If the
driver ran in another checkout or in CI, this command writes it.

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
  if (!traffic) throw new UserError(`nothing to write: ${stack} has had no rollout`, "SLUICE1505");
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
  const what = after === before ? "already has" : "now has";
  say(options, `${file} ${what} the result of rollout ${id}: from here on the file decides about the traffic`);
}
