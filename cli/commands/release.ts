import { Command } from "commander";
import { release, type ReleaseOptions } from "../release/release";
import { openSession, requireCluster, withSessionOptions } from "../session";
import { withStackLease } from "../stack-lease";

/** `sluice release`: hands an adopted application back. */
export function releaseCommand(): Command {
  return withSessionOptions(new Command("release"))
    .option("-y, --yes", "don't ask")
    .addHelpText(
      "after",
      `
If another version was promoted, the live Deployment gets it by a rolling update before users return to it.
If a release is interrupted, run the command again to continue.

Examples:
  sluice release --stack shop --context my-cluster
  sluice release --stack shop --yes --json`,
    )
    .action(async (options: ReleaseOptions) => {
      const session = await openSession(options);
      await requireCluster(session);
      await withStackLease(session, "release", () => release(session, options));
    });
}
