import assert from "node:assert/strict";
import type { Command } from "commander";
import { commandsFor } from "../../../cli/commands";

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
});
