import assert from "node:assert/strict";
import { CommanderError, InvalidArgumentError } from "commander";
import { failureStatus, Unsatisfied } from "../../../cli/failure";
import { Interrupted } from "../../../cli/interruption";
import { demandAsPlanned } from "../../../cli/update";
import { ConfigError } from "../../../config/problems";
import { UserError } from "../../../progress/user-error";

describe("failureStatus", () => {
  const cases: [string, unknown, number][] = [
    ["a config that can't be used", new ConfigError([{ key: "host", value: 1, allowed: "must be a text" }]), 2],
    ["a wrong command line", new CommanderError(1, "commander.unknownOption", "unknown option"), 2],
    ["a wrong argument", new InvalidArgumentError("no"), 2],
    ["help and version", new CommanderError(0, "commander.help", ""), 0],
    ["an interruption", new Interrupted(), 130],
    ["what is the user's to fix", new UserError("no cluster"), 1],
    ["a split that is not as planned", new Unsatisfied("not as planned"), 1],
    ["an error of the program", new TypeError("x"), 1],
    ["what is no error", "text", 1],
  ];
  for (const [title, error, status] of cases)
    it(`is ${status} for ${title}`, () => assert.equal(failureStatus(error), status));
});

describe("demandAsPlanned", () => {
  const verdict = { requests: 400, versions: [], failures: {}, rules: [] };

  it("ends a command with the status of a split that is not as planned", () => {
    assert.throws(() => demandAsPlanned({ ...verdict, asPlanned: false }), Unsatisfied);
    demandAsPlanned({ ...verdict, asPlanned: true });
  });
});
