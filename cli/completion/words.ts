import type { Command, Option } from "commander";

/** A command as a shell completes it. */
export interface CompletedCommand {
  /** Its words: `review up`; empty for `sluice` itself. */
  readonly words: string;
  readonly summary: string;
  readonly options: readonly CompletedOption[];
  readonly commands: readonly CompletedCommand[];
  /** What its argument can be, if there is a choice. */
  readonly choices: readonly string[];
}

/** An option as a shell completes it. */
export interface CompletedOption {
  /** `-s` and `--stack`. */
  readonly names: readonly string[];
  readonly summary: string;
  /** What comes behind it; nothing for a flag. */
  readonly value?: "stack" | "file" | "folder" | "any" | readonly string[];
}

/** What there is to complete: a command's options and the commands below it. */
export function completedCommand(command: Command, commands: readonly Command[] = command.commands): CompletedCommand {
  const below = (above: string, inner: Command): CompletedCommand => {
    const words = `${above} ${inner.name()}`.trim();
    return {
      words,
      summary: inner.summary() || inner.description(),
      options: optionsOf(inner),
      commands: inner.commands.map((one) => below(words, one)),
      choices: inner.registeredArguments.flatMap(({ argChoices = [] }) => argChoices),
    };
  };
  return {
    words: "",
    summary: command.description(),
    options: optionsOf(command),
    commands: commands.map((one) => below("", one)),
    choices: [],
  };
}

/** A command and all below it. */
export function allOf(command: CompletedCommand): readonly CompletedCommand[] {
  return [command, ...command.commands.flatMap(allOf)];
}

/** The word that names a command below others: `up` of `review up`. */
export function lastWordOf(words: string): string {
  return words.split(" ").at(-1) ?? "";
}

/** The words before that one. */
export function beginningOf(words: string): string {
  return words.split(" ").slice(0, -1).join(" ");
}

const help: CompletedOption = { names: ["-h", "--help"], summary: "show the command's options and examples" };

function optionsOf(command: Command): CompletedOption[] {
  const own = command.options
    .filter(({ hidden }) => !hidden)
    .map((option) => ({
      names: [option.short, option.long].filter((name) => name !== undefined),
      summary: option.description,
      value: valueOf(option),
    }));
  return [...own, help];
}

function valueOf({ flags, long, argChoices, required, optional }: Option): CompletedOption["value"] {
  if (!required && !optional) return undefined;
  if (argChoices) return argChoices;
  if (long === "--stack") return "stack";
  const [, placeholder] = /[<[](\w+)/.exec(flags) ?? [];
  return placeholder === "file" || placeholder === "folder" ? placeholder : "any";
}
