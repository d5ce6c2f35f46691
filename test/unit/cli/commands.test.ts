import assert from "node:assert/strict";
import type { Command } from "commander";
import { commandsFor } from "../../../cli/commands";
import { sluice } from "../support/command-line";

describe("commandsFor", () => {
  const isWhole = ({ options, commands, registeredArguments }: Command) =>
    options.length + commands.length + registeredArguments.length > 0;
  const names = commandsFor([]).map((command) => command.name());

  it("gives every command with its summary, and loads none for help", () => {
    for (const command of commandsFor([])) {
      assert.match(command.description(), /^\w.{10,68}[^.]$/, command.name());
      assert.ok(!isWhole(command), command.name());
    }
  });

  it("makes the command that is named, without making others than its file's", () => {
    for (const name of names) {
      const whole = commandsFor([name]).flatMap((command) => (isWhole(command) ? command.name() : []));
      assert.ok(whole.includes(name), `${name} is not among ${whole.join()}`);
      assert.ok(whole.length === 1 || whole.join() === "approve,pause,resume,abort,retry,promote", whole.join());
    }
  });

  it("makes the command that help is asked of", () =>
    assert.ok(commandsFor(["help", "explain"]).some((command) => command.name() === "explain" && isWhole(command))));

  it("gives all of them for a name that none has, so that the nearest can be suggested", () =>
    assert.deepEqual(
      commandsFor(["uq"]).map((command) => command.name()),
      names,
    ));

  const below = (...words: readonly string[]) =>
    commandsFor(words).find((command) => command.name() === words[0])?.commands ?? [];

  it("has the commands of a group below its word, the named one in full", () => {
    const traffic = below("traffic", "shift");
    assert.deepEqual(
      traffic.map((command) => command.name()),
      ["verify", "watch", "explain", "shift", "undo"].sort((left, right) => names.indexOf(left) - names.indexOf(right)),
    );
    assert.deepEqual(
      traffic.filter(isWhole).map((command) => command.name()),
      ["shift"],
    );
    assert.ok(below("stack", "up").some((command) => command.name() === "up" && isWhole(command)));
  });

  it("has what can be done with a rollout below it", () => {
    const found = below("rollout", "abort").map((command) => command.name());
    for (const name of [
      "start",
      "status",
      "approve",
      "pause",
      "resume",
      "promote",
      "abort",
      "retry",
      "history",
      "forecast",
    ])
      assert.ok(found.includes(name), name);
    for (const name of ["start", "status", "history"])
      assert.ok(
        below("rollout", name).some((command) => command.name() === name && isWhole(command)),
        name,
      );
  });

  it("leaves the options behind such a word to that word, and refuses them before it", () => {
    const { status, stderr } = sluice("rollout", "--stack", "prod", "abort");
    assert.equal(status, 2);
    assert.match(stderr, /write --stack after abort/);
    for (const words of [
      ["stack", "preview"],
      ["traffic", "explain"],
      ["rollout", "history"],
    ])
      assert.doesNotMatch(sluice(...words, "--stack", "nowhere").stderr, /write .* after/, words.join(" "));
  });
});
