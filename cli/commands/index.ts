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

/** Groups whose word isn't a command itself, with their line in `--help`. */
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
 * @param words the command line without its options.
 */
export function commandsFor(words: readonly string[]): Command[] {
  const at = words.findIndex((word) => word in wordsOfGroups || makers.some(({ summaries }) => word in summaries));
  const [first, second] = at < 0 ? [] : words.slice(at);
  return commandsWhere((name) => name === first || name === `${first} ${second}`, second);
}

function everyCommand(): Command[] {
  return commandsWhere(() => true);
}

/** @param below the second word. */
function commandsWhere(isNamed: IsNamed, below = ""): Command[] {
  const commands = makers.flatMap((maker) =>
    made(maker, isNamed).map((command) => (maker.group ? command.helpGroup(headings[maker.group]) : command)),
  );
  const groups = Object.entries(wordsOfGroups).map(([word, summary]) => {
    const group = new Command(word).description(summary).helpGroup("The same, grouped:");
    return isNamed(word) ? withMembers(group, membersOf(word as Group), isNamed) : group;
  });
  return [
    ...commands.map((command) => (command.name() === "rollout" ? rolloutGroup(command, isNamed, below) : command)),
    ...groups,
  ];
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

function withMembers(group: Command, members: readonly Maker[], isNamed: IsNamed): Command {
  for (const command of members.flatMap((maker) => made(maker, isNamed, `${group.name()} `))) group.addCommand(command);
  return group;
}

const rolloutWords = {
  start: {
    summary: "start a rollout, as sluice rollout does",
    make: () => (require("./rollout") as typeof Rollout).rolloutCommand().name("start"),
  },
  status: {
    summary: "show the stack's last rollout",
    make: () => (require("./history") as typeof History).statusCommand(),
  },
};

/**
 * `sluice rollout` begins one, and what else can be done with one stands below it: `sluice rollout abort`. Followed by such a
 * word it has no options of its own, so that they are that word's.
 */
function rolloutGroup(rollout: Command, isNamed: IsNamed, below: string): Command {
  if (!isNamed("rollout")) return rollout;
  const others = membersOf("rollout").filter(({ summaries }) => !("rollout" in summaries));
  const isFollowed = below in rolloutWords || others.some(({ summaries }) => below in summaries);
  const group = isFollowed ? new Command("rollout").description(rollout.description()) : rollout;
  for (const [name, { summary, make }] of Object.entries(rolloutWords))
    group.addCommand((isNamed(`rollout ${name}`) ? make() : new Command(name)).description(summary));
  // Without this, `sluice rollout --stack prod abort` would abort the default stack's rollout.
  group.hook("preSubcommand", (_, command) => {
    const [option] = group.options.filter((one) => group.getOptionValueSource(one.attributeName()) === "cli");
    if (option) group.error(`error: write ${option.long} after ${command.name()}, whose option it is`);
  });
  return withMembers(group, others, isNamed);
}
