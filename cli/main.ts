import { Command } from "commander";
import { commandsFor } from "./commands/index";
import { failureStatus, reportFailure } from "./failure";
import { describeOtherCopy } from "./other-copy";

/** As the package's manifest has it. */
const ownVersion = "0.1.0";

/** The `sluice` command line. */
async function main(argv: readonly string[]): Promise<void> {
  const program = new Command("sluice")
    .description("Releases software on Kubernetes gradually, as a Pulumi stack's config says.")
    .version(ownVersion)
    .option("--cwd <folder>", "run as if started in this folder")
    .hook("preSubcommand", enter)
    .addHelpText(
      "after",
      `
Exit codes:
  0    done, or as planned
  1    failed, the measured split isn't as planned, or a rollout was rolled back
  2    a wrong command line or a stack's config that can't be used; nothing was changed
  3    a mandatory policy failed; nothing was changed
  130  interrupted; the next run continues`,
    );
  const words = program.parseOptions(argv.slice(2)).operands;
  for (const command of commandsFor(words)) program.addCommand(command);
  leaveErrors(program);
  await program.parseAsync([...argv]);
}

/** Has commander throw its errors, which are shown like all others. */
function leaveErrors(command: Command): void {
  command.exitOverride().configureOutput({ outputError: () => undefined });
  for (const below of command.commands) leaveErrors(below);
}

function enter(program: Command): void {
  const { cwd } = program.opts<{ readonly cwd?: string }>();
  try {
    if (cwd !== undefined) process.chdir(cwd);
  } catch {
    program.error(`error: --cwd ${cwd} isn't a folder, or can't be entered: name another`);
  }
  const other = describeOtherCopy(process.cwd(), ownVersion);
  if (other !== undefined) process.stderr.write(`sluice: ${other}\n`);
}

// A reader such as `head` may close the pipe early: end as after Ctrl-C.
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  if (error.code !== "EPIPE") throw error;
  process.kill(process.pid, "SIGINT");
});

main(process.argv).catch((error: unknown) => {
  reportFailure(error);
  process.exitCode = failureStatus(error);
});
