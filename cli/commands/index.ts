import { Command } from "commander";
import type * as History from "./history";
import type * as Rollout from "./rollout";
import { makers, type Group, type Maker } from "./table";

/** What `--help` calls the commands of a group. */
const headings: Readonly<Record<Group, string>> = {
  stack: "The stack:",
  traffic: "Traffic:",
  rollout: "Rollouts:",
};

/** Groups whose word is no command of its own, with what `--help` says of it. */
const wordsOfGroups = {
  stack: "the commands on the stack by their long names: sluice stack up",
  traffic: "the commands on traffic by their long names: sluice traffic shift",
} as const satisfies Partial<Record<Group, string>>;

/** True for a command that is to be made in full: `shift`, `traffic shift`. */
type IsNamed = (words: string) => boolean;

/**
 * The commands for a command line: in full the one that it names, the others by name and summary alone, as some take a
 * second to load.
 *
 * @param words what is no option on the command line.
 */
export function commandsFor(words: readonly string[]): Command[] {
  const at = words.findIndex((word) => word in wordsOfGroups || makers.some(({ summaries }) => word in summaries));
  const [first, second] = at < 0 ? [] : words.slice(at);
  return commandsWhere((name) => name === first || name === `${first} ${second}`);
}

function everyCommand(): Command[] {
  return commandsWhere(() => true);
}

function commandsWhere(isNamed: IsNamed): Command[] {
  const commands = makers.flatMap((maker) =>
    made(maker, isNamed).map((command) => (maker.group ? command.helpGroup(headings[maker.group]) : command)),
  );
  const rollout = commands.find((command) => command.name() === "rollout");
  if (rollout && isNamed("rollout")) addRolloutCommands(rollout, isNamed);
  const groups = Object.entries(wordsOfGroups).map(([word, summary]) => {
    const group = new Command(word).description(summary).helpGroup("The same, grouped:");
    if (isNamed(word)) addMembers(group, membersOf(word as Group), isNamed);
    return group;
  });
  return [...commands, ...groups];
}

/** What a module makes: its commands in full if one of them is named. */
function made({ summaries, make }: Maker, isNamed: IsNamed, above = ""): Command[] {
  const names = Object.keys(summaries);
  const commands = names.some((name) => isNamed(above + name))
    ? [make(everyCommand)].flat()
    : names.map((name) => new Command(name));
  return commands.map((command) => command.description(summaries[command.name()] ?? ""));
}

const membersOf = (group: Group): readonly Maker[] => makers.filter((maker) => maker.group === group);

function addMembers(group: Command, members: readonly Maker[], isNamed: IsNamed): void {
  for (const command of members.flatMap((maker) => made(maker, isNamed, `${group.name()} `))) group.addCommand(command);
}

/** `sluice rollout` begins one, and what else can be done with one stands below it too. */
function addRolloutCommands(rollout: Command, isNamed: IsNamed): void {
  const add = (name: string, summary: string, make: () => Command) =>
    rollout.addCommand((isNamed(`rollout ${name}`) ? make().name(name) : new Command(name)).description(summary));
  add("start", "begin a rollout, as sluice rollout does", () =>
    (require("./rollout") as typeof Rollout).rolloutCommand(),
  );
  add("status", "show the stack's last rollout", () => (require("./history") as typeof History).statusCommand());
  const others = membersOf("rollout").filter(({ summaries }) => !("rollout" in summaries));
  addMembers(rollout, others, isNamed);
  // An option in front of the second word would be nobody's: `sluice rollout --stack prod abort` would abort dev's.
  rollout.enablePositionalOptions().hook("preSubcommand", (_, command) => {
    const [option] = rollout.options.filter((one) => rollout.getOptionValueSource(one.attributeName()) === "cli");
    if (option) rollout.error(`error: ${option.long} must stand behind ${command.name()}, whose option it is`);
  });
}
