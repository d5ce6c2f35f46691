import { allOf, beginningOf, lastWordOf, type CompletedCommand, type CompletedOption } from "./words";

/** The completion of `sluice` for bash, from 3.2 on, which macOS has. */
export function bashCompletion(root: CompletedCommand): string {
  const commands = allOf(root);
  const named = commands.filter(({ words }) => words !== "");
  return `# bash completion for sluice
_sluice_stacks() {
  local file
  for file in Pulumi.*.yaml; do
    file=\${file#Pulumi.}
    file=\${file%.yaml}
    [[ $file == '*' ]] || echo "$file"
  done
}
_sluice() {
  local current=\${COMP_WORDS[COMP_CWORD]} previous=\${COMP_WORDS[COMP_CWORD - 1]} command= words= index
  for ((index = 1; index < COMP_CWORD; index++)); do
    case "$command:\${COMP_WORDS[index]}" in
${named.map(({ words }) => `    "${beginningOf(words)}:${lastWordOf(words)}") command="${words}" ;;`).join("\n")}
    esac
  done
  COMPREPLY=()
  case "$command:$previous" in
${commands.flatMap((command) => command.options.flatMap((option) => valueCase(command, option))).join("\n")}
  esac
  case "$command" in
${commands.map((command) => `  "${command.words}") words="${wordsOf(command).join(" ")}" ;;`).join("\n")}
  esac
  COMPREPLY=($(compgen -W "$words" -- "$current"))
}
complete -F _sluice sluice
`;
}

/** The same for zsh, which runs bash's once its own completion has been started. */
export function zshCompletion(root: CompletedCommand): string {
  const start = "(( $+functions[compdef] )) || { autoload -U compinit && compinit }";
  return `# zsh completion for sluice\n${start}\nautoload -U bashcompinit && bashcompinit\n${bashCompletion(root)}`;
}

function wordsOf({ options, commands, choices }: CompletedCommand): string[] {
  return [
    ...commands.map(({ words }) => lastWordOf(words)),
    ...choices,
    ...options.map(({ names }) => names.at(-1) ?? ""),
  ];
}

function valueCase({ words }: CompletedCommand, { names, value }: CompletedOption): string[] {
  if (value === undefined) return [];
  const pattern = names.map((name) => `"${words}:${name}"`).join(" | ");
  return [`  ${pattern}) ${valueWords(value)}return ;;`];
}

function valueWords(value: NonNullable<CompletedOption["value"]>): string {
  const reply = (words: string) => `COMPREPLY=($(compgen ${words} -- "$current")); `;
  if (value === "any") return "";
  if (value === "file") return reply("-f");
  if (value === "folder") return reply("-d");
  return reply(value === "stack" ? `-W "$(_sluice_stacks)"` : `-W "${value.join(" ")}"`);
}
