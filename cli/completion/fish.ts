import { allOf, beginningOf, lastWordOf, type CompletedCommand, type CompletedOption } from "./words";

/** The completion of `sluice` for fish. */
export function fishCompletion(root: CompletedCommand): string {
  const commands = allOf(root);
  const cases = commands
    .filter(({ words }) => words !== "")
    .map(
      ({ words }) =>
        `            case '${beginningOf(words)}:${lastWordOf(words)}'\n                set command '${words}'`,
    );
  return `# fish completion for sluice
function __sluice_at
    set -l command ''
    for word in (commandline -opc)[2..]
        switch "$command:$word"
${cases.join("\n")}
        end
    end
    test "$command" = "$argv[1]"
end
function __sluice_stacks
    for file in Pulumi.*.yaml
        string replace -r '^Pulumi\\.(.*)\\.yaml$' '$1' $file
    end
end
complete -c sluice -f
${commands.flatMap(linesOf).join("\n")}
`;
}

function linesOf(command: CompletedCommand): string[] {
  const condition = `-n "__sluice_at '${command.words}'"`;
  return [
    ...command.commands.map(
      ({ words, summary }) => `complete -c sluice ${condition} -a ${lastWordOf(words)} -d ${quoted(summary)}`,
    ),
    ...command.choices.map((choice) => `complete -c sluice ${condition} -a ${choice}`),
    ...command.options.map(
      (option) => `complete -c sluice ${condition} ${flagsOf(option)} -d ${quoted(option.summary)}${valueOf(option)}`,
    ),
  ];
}

function flagsOf({ names }: CompletedOption): string {
  return names.map((name) => (name.startsWith("--") ? `-l ${name.slice(2)}` : `-s ${name.slice(1)}`)).join(" ");
}

function valueOf({ value }: CompletedOption): string {
  if (value === undefined) return "";
  if (value === "file") return " -r -F";
  if (value === "folder") return " -x -a '(__fish_complete_directories)'";
  if (value === "any") return " -x";
  return ` -x -a ${quoted(value === "stack" ? "(__sluice_stacks)" : value.join(" "))}`;
}

function quoted(text: string): string {
  return `'${text.replace(/[\\']/g, "\\$&")}'`;
}
