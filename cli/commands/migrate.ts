import { Command, Option } from "commander";
import { migrate, type MigrateOptions } from "../migrate/steps";
import { openSession, requireCluster, withSessionOptions } from "../session";
import { withStackLease } from "../stack-lease";
import { defaultRequests, parseRequests, withUpdateOptions } from "../update-options";

/** `sluice migrate`: moves a live host to another router, a step at a time. */
export function migrateCommand(): Command {
  const command = withUpdateOptions(withSessionOptions(new Command("migrate")))
    .addOption(
      new Option(
        "--to <router>",
        "begin: put the other router beside the one that users come by, and compare both",
      ).choices(["gateway", "traefik"]),
    )
    .addOption(
      new Option(
        "--hand-over [how]",
        "compare once more, and lead users to the new router: by exchanging both addresses, or by names (DNS)",
      ).choices(["address", "dns"]),
    )
    .option("--finish", "remove the old router")
    .option("--back", "a step back: users to the old router, or the new one away")
    .option("-y, --yes", "don't ask")
    .option(
      "-n, --requests <number>",
      "how many requests show each split, from 1 to 10000",
      parseRequests,
      defaultRequests,
    )
    .addHelpText(
      "after",
      `
One step a command, so that each can be looked at. Nothing moves where an answer differs.

Examples:
  sluice migrate --stack prod --to gateway            both routers stand, each at an address of its own
  sluice migrate --stack prod --hand-over address     the new one takes the address that users have (MetalLB)
  sluice migrate --stack prod --hand-over dns         once your names lead to the new address
  sluice migrate --stack prod --back                  users come by the old one again
  sluice migrate --stack prod --finish                the old one goes`,
    );
  return command.action(async (options: MigrateOptions) => {
    const wishes = [options.to, options.handOver, options.finish, options.back].filter((wish) => wish !== undefined);
    if (wishes.length !== 1) command.error("error: say one of --to ROUTER, --hand-over, --finish and --back");
    const session = await openSession(options);
    await requireCluster(session);
    await withStackLease(session, "migrate", () => migrate(session, options));
  });
}
