import { Command, Option } from "commander";
import { migrate, type MigrateOptions } from "../migrate/steps";
import { openSession, requireCluster, withSessionOptions } from "../session";
import { withStackLease } from "../stack-lease";
import { defaultRequests, parseRequests, withUpdateOptions } from "../update-options";

/** `sluice migrate`: moves a live host to another router, a step at a time. */
export function migrateCommand(): Command {
  const command = withUpdateOptions(withSessionOptions(new Command("migrate")))
    .addOption(
      new Option("--to <router>", "start: install the other router beside the current one, and compare").choices([
        "gateway",
        "traefik",
      ]),
    )
    .addOption(
      new Option("--hand-over [how]", "compare again, and move users: exchange the addresses, or change DNS").choices([
        "address",
        "dns",
      ]),
    )
    .option("--finish", "remove the old router")
    .option("--back", "go one step back: return users, or remove the new router")
    .option("-y, --yes", "don't ask")
    .option(
      "-n, --requests <number>",
      "how many requests verify each split, from 1 to 10000",
      parseRequests,
      defaultRequests,
    )
    .addHelpText(
      "after",
      `
Each command takes one step, so that you can check its result. Nothing moves if an answer differs.

Examples:
  sluice migrate --stack prod --to gateway            both routers run, each at its own address
  sluice migrate --stack prod --hand-over address     the new router takes the users' address (MetalLB)
  sluice migrate --stack prod --hand-over dns         your DNS names point to the new address
  sluice migrate --stack prod --back                  users return to the old router
  sluice migrate --stack prod --finish                remove the old router`,
    );
  return command.action(async (options: MigrateOptions) => {
    const wishes = [options.to, options.handOver, options.finish, options.back].filter((wish) => wish !== undefined);
    if (wishes.length !== 1) command.error("error: pass one of --to ROUTER, --hand-over, --finish and --back");
    const session = await openSession(options);
    await requireCluster(session);
    await withStackLease(session, "migrate", () => migrate(session, options));
  });
}
