import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { RunError } from "@pulumi/pulumi";
import { CommanderError, InvalidArgumentError } from "commander";
import { codeOf, failureStatus, failureText, Unsatisfied } from "../../../cli/failure";
import { Interrupted } from "../../../cli/interruption";
import { demandAsPlanned } from "../../../cli/update";
import { ConfigError } from "../../../config/problems";
import { packageFolder } from "../../../package-folder";
import { errorKinds } from "../../../progress/error-codes";
import { UserError } from "../../../progress/user-error";
import { errorsPage } from "../../../scripts/errors/page";

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

describe("a failure that is the user's to fix", () => {
  it("is one that Pulumi shows by its message alone", () => {
    const { isInstance } = RunError as unknown as { isInstance: (error: unknown) => boolean };
    assert.ok(isInstance(new UserError("no cluster")));
    assert.ok(!isInstance(new Error("no cluster")));
  });
});

describe("failureText", () => {
  const config = new ConfigError([{ key: "host", value: 1, allowed: "must be a text" }]);

  it("ends a sentence with the failure's code", () => {
    assert.equal(failureText(config), "sluice: sluice:host is 1: it must be a text (SLUICE1104)");
    const wrong = new CommanderError(1, "commander.unknownOption", "error: unknown option '--x'");
    assert.equal(failureText(wrong), "sluice: unknown option '--x' (SLUICE1001)");
  });

  it("has the stack of a bug", () =>
    assert.match(failureText(new TypeError("x")) ?? "", /^sluice: TypeError: x\n {4}at [^]* \(SLUICE1999\)$/));

  it("is one line of JSON for a program", () =>
    assert.deepEqual(JSON.parse(failureText(config, true) ?? ""), {
      error: {
        code: "SLUICE1104",
        message: "sluice:host is 1: it must be a text",
        exitCode: 2,
        title: "A stack's config can't be used",
      },
    }));

  it("is nothing where the user has seen it already", () => {
    for (const error of [new Unsatisfied("seen"), new CommanderError(1, "commander.help", "(outputHelp)")])
      for (const json of [false, true]) assert.equal(failureText(error, json), undefined);
  });
});

describe("error codes", () => {
  /** Every TypeScript file that is Sluice's own. */
  const sources = readdirSync(packageFolder, { recursive: true, encoding: "utf8" })
    .filter(
      (file) =>
        (/\.ts$/.test(file) || file === join("cli", "sluice.js")) && !/(^|\/)(node_modules|dist|test)\//.test(file),
    )
    .map((file) => [file, readFileSync(join(packageFolder, file), "utf8")] as const);

  it("are each given to something, but for those that are told of what is not Sluice's own error", () => {
    const given = new Set(
      sources
        .filter(([file]) => file !== join("progress", "error-codes.ts"))
        .flatMap(([, text]) => [...text.matchAll(/["(](SLUICE\d{4})[")]/g)].map(([, code]) => code)),
    );
    assert.deepEqual([...given].sort(), Object.keys(errorKinds));
  });

  it("are had by every class of errors for users, but for one that is tried again", () => {
    const classes = sources.flatMap(([, text]) => [...text.matchAll(/class (\w+) extends UserError \{([^]{0,150})/g)]);
    assert.ok(classes.length > 10);
    const without = classes.filter(([, , body = ""]) => !body.includes("override readonly code ="));
    assert.deepEqual(
      without.map(([, name]) => name),
      ["MovedError"],
    );
  });

  it("tell of a bug where nobody meant an error", () => {
    assert.equal(codeOf("text"), "SLUICE1999");
    assert.equal(codeOf(new UserError("x")), "SLUICE1000");
    assert.equal(codeOf(new UserError("x", "SLUICE1301")), "SLUICE1301");
  });

  it("have docs/errors.md as their page: npm run docs:errors writes it", () =>
    assert.equal(readFileSync(join(packageFolder, "docs", "errors.md"), "utf8"), errorsPage()));

  it("are told in sentences of at most 25 words", () => {
    for (const [code, { meaning, remedy }] of Object.entries(errorKinds))
      for (const sentence of `${meaning} ${remedy}`.split(/(?<=\.)\s/))
        assert.ok(sentence.split(" ").length <= 25, `${code}: ${sentence}`);
  });
});

describe("demandAsPlanned", () => {
  const verdict = { requests: 400, versions: [], failures: {}, rules: [] };

  it("ends a command with the status of a split that is not as planned", () => {
    assert.throws(() => demandAsPlanned({ ...verdict, asPlanned: false }), Unsatisfied);
    demandAsPlanned({ ...verdict, asPlanned: true });
  });
});
