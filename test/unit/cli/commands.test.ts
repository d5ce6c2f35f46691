import assert from "node:assert/strict";
import { commandsFor } from "../../../cli/commands";

describe("commandsFor", () => {
  it("finds each command by its own name, without making others than its file's", () => {
    for (const name of commandsFor(undefined).map((command) => command.name())) {
      const found = commandsFor(name).map((command) => command.name());
      assert.ok(found.includes(name), `${name} is not among ${found.join()}`);
      assert.ok(found.length === 1 || found.join() === "approve,pause,resume,abort,retry,promote", found.join());
    }
  });

  it("gives all of them for a name that none has, so that the nearest can be suggested", () => {
    assert.equal(commandsFor("uq").length, commandsFor(undefined).length);
  });
});
