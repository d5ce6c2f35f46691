import { Argument, Command } from "commander";
import { bashCompletion, zshCompletion } from "../completion/bash";
import { fishCompletion } from "../completion/fish";
import { completedCommand } from "../completion/words";

const shells = { bash: bashCompletion, zsh: zshCompletion, fish: fishCompletion };

/**
 * `sluice completion`: what has a shell complete commands, options and stacks.
 *
 * @param allCommands makes every command in full.
 */
export function completionCommand(allCommands: () => readonly Command[]): Command {
  const command = new Command("completion");
  return command
    .addArgument(new Argument("<shell>", "the shell that runs the script").choices(Object.keys(shells)))
    .addHelpText(
      "after",
      `
Examples:
  sluice completion bash >~/.local/share/bash-completion/completions/sluice
  sluice completion zsh >~/.sluice.zsh    (and in ~/.zshrc: source ~/.sluice.zsh)
  sluice completion fish >~/.config/fish/completions/sluice.fish`,
    )
    .action((shell: keyof typeof shells) => {
      process.stdout.write(shells[shell](completedCommand(command.parent ?? command, allCommands())));
    });
}
