import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { stringify } from "yaml";
import { packageFolder } from "../../../package-folder";
import { sluice } from "../support/command-line";
import { temporaryFolder, writeInto } from "../support/folders";
import { smallStack, type RawConfig } from "../support/stacks";

describe("sluice", function () {
  this.timeout(60_000);
  const folder = temporaryFolder();
  const stackFile = (changes: RawConfig) =>
    writeInto(folder, "Pulumi.try.yaml", stringify({ config: smallStack(changes) }));

  it("explains the stack dev where none is named", () => {
    const { status, stdout, stderr } = sluice("explain");
    assert.deepEqual([status, stdout, stderr], [0, "http://www.test.com/: 90% v1, 10% v2\n", ""]);
  });

  it("explains any stack file", () => {
    const file = stackFile({ "sluice:canaryWeight": 25, "sluice:cookieMatch": "trial" });
    const { status, stdout } = sluice("explain", "--config", file);
    assert.equal(status, 0);
    assert.equal(stdout, "http://www.test.com/: 75% v1, 25% v2\ncookie trial: always → v2, never → v1\n");
  });

  it("explains as JSON", () => {
    const { status, stdout } = sluice("explain", "--stack", "dev", "--json");
    assert.equal(status, 0);
    const answer = JSON.parse(stdout) as Record<string, unknown>;
    assert.equal(answer["stack"], "dev");
    assert.equal(answer["summary"], "90% v1, 10% v2");
    assert.deepEqual(answer["traffic"], ["http://www.test.com/: 90% v1, 10% v2"]);
    assert.deepEqual((answer["plan"] as { canary: unknown }).canary, { version: "v2", weight: 10, weightTotal: 100 });
    assert.deepEqual(answer["warnings"], []);
  });

  it("explains a canary that nobody can reach, with a warning", () => {
    const file = stackFile({ "sluice:canaryWeight": 0 });
    const warning = "warning: nobody can reach v2: its weight is 0 and there is no rule";
    assert.equal(sluice("explain", "--config", file).stdout, `http://www.test.com/: 100% v1\n${warning}\n`);
    const { status, stdout } = sluice("explain", "--config", file, "--json");
    assert.equal(status, 0);
    assert.deepEqual((JSON.parse(stdout) as { warnings: unknown }).warnings, [warning]);
  });

  it("ends with 2 for a config that can't be used, saying key, value and what is allowed", () => {
    const { status, stdout, stderr } = sluice("explain", "--config", stackFile({ "sluice:canaryWeight": 101 }));
    assert.deepEqual([status, stdout], [2, ""]);
    assert.match(stderr, /^sluice: sluice:canaryWeight is 101: it must be a whole number from 0 to 100/);
    assert.doesNotMatch(stderr, /\n\s+at /);
  });

  it("ends with 1 for a missing stack, naming those that there are", () => {
    const { status, stderr } = sluice("explain", "--stack", "staging");
    assert.equal(status, 1);
    assert.match(stderr, /no stack staging: .*stacks of this project: .*dev.*prod/);
  });

  it("reads the stacks of the folder that --cwd names, and says where there is no project", () => {
    stackFile({ "sluice:canaryWeight": 20 });
    const noProject = sluice("explain", "--stack", "try", "--cwd", folder);
    assert.equal(noProject.status, 1);
    assert.match(noProject.stderr, /^sluice: there is no Pulumi\.yaml in .* or above it: create one/);
    writeInto(folder, "Pulumi.yaml", "name: shop\nruntime: nodejs\n");
    const { stdout } = sluice("--cwd", folder, "explain", "--stack", "try");
    assert.equal(stdout, "http://www.test.com/: 80% v1, 20% v2\n");
    assert.match(
      sluice("explain", "--cwd", folder).stderr,
      /no stack dev: .*stacks of this project: try \(SLUICE1102\)\n/,
    );
  });

  it("ends with 1 for a file that is missing or not Sluice's", () => {
    assert.equal(sluice("explain", "--config", join(folder, "missing.yaml")).status, 1);
    const { status, stderr } = sluice(
      "explain",
      "--config",
      writeInto(folder, "other.yaml", "config: { aws:region: x }"),
    );
    assert.equal(status, 1);
    assert.match(stderr, /no key of Sluice/);
  });

  const wrong: [string, string[], RegExp][] = [
    ["an unknown option", ["explain", "--stak", "dev"], /unknown option '--stak'.*Did you mean --stack\?/s],
    ["an unknown command", ["explode"], /unknown command 'explode'/],
    ["two stacks at once", ["explain", "--stack", "dev", "--config", "x.yaml"], /cannot be used with/],
    ["an option without its value", ["explain", "--stack"], /argument missing/],
    ["a number of requests out of range", ["verify", "--requests", "0"], /whole number from 1 to 10000/],
    ["a folder that is not there", ["explain", "--cwd", "/nowhere"], /--cwd \/nowhere isn't a folder/],
    ["a port out of range", ["preview", "--lab-port", "5"], /whole number from 1024 to 65535/],
  ];
  for (const [title, args, message] of wrong)
    it(`ends with 2 for ${title}`, () => {
      const { status, stdout, stderr } = sluice(...args);
      assert.deepEqual([status, stdout], [2, ""]);
      assert.match(stderr, message);
    });

  it("ends with 2 for a wrong option of a command below another, too", () => {
    const { status, stderr } = sluice("review", "up", "--bad");
    assert.deepEqual([status, /\(SLUICE1001\)\n$/.test(stderr)], [2, true], stderr);
    assert.equal(sluice("review").status, 2);
  });

  it("tells a program of a failure as JSON, on stderr", () => {
    const { status, stdout, stderr } = sluice("explain", "--stack", "staging", "--json");
    assert.deepEqual([status, stdout], [1, ""]);
    const { error } = JSON.parse(stderr) as { error: Record<string, unknown> };
    assert.deepEqual([error["code"], error["exitCode"]], ["SLUICE1102", 1]);
    assert.match(String(error["message"]), /^there is no stack staging: /);
  });

  it("helps, with the exit codes and every command", () => {
    const { status, stdout } = sluice("--help");
    assert.equal(status, 0);
    for (const command of ["explain", "start", "preview", "up", "verify", "down", "render", "lab"])
      assert.match(stdout, new RegExp(`^  ${command} `, "m"));
    assert.match(stdout, /Exit codes:/);
  });

  it("helps with each command by examples", () => {
    const { status, stdout } = sluice("explain", "--help");
    assert.equal(status, 0);
    assert.match(stdout, /Examples:\n {2}sluice explain --stack dev/);
  });

  it("tells its version", () => {
    const { status, stdout } = sluice("--version");
    assert.equal(status, 0);
    const { version } = JSON.parse(readFileSync(join(packageFolder, "package.json"), "utf8")) as { version: string };
    assert.equal(stdout, `${version}\n`);
  });

  /** Runs the command after some code of a test. */
  const runAfter = (code: string) => {
    const entry = join(packageFolder, "cli", "sluice.js");
    const args = ["--require", writeInto(folder, "before.js", code), entry, "--version"];
    const { status, stderr } = spawnSync(process.execPath, args, { encoding: "utf8" });
    return [status, stderr];
  };

  for (const [node, isTooOld] of [
    ["18.20.4", true],
    ["20.18.3", true],
    ["20.19.0", false],
    ["22.0.0", false],
  ] as const)
    it(`${isTooOld ? "refuses" : "takes"} Node ${node}`, () => {
      const code = `Object.defineProperty(process, "versions", { value: { ...process.versions, node: "${node}" } });`;
      const told = `sluice: Node ${node} is too old: install Node 20.19 or later (SLUICE1004)\n`;
      assert.deepEqual(runAfter(code), isTooOld ? [1, told] : [0, ""]);
    });

  for (const [what, manifest, told] of [
    ["missing", "missing", "Pulumi's SDK @pulumi/pulumi isn't installed"],
    ["too old", "old.json", "@pulumi/pulumi 3.99.0 is too old"],
  ] as const)
    it(`refuses to run if Pulumi's SDK is ${what}`, () => {
      writeInto(folder, "old.json", '{ "version": "3.99.0" }');
      const code = `
        const Module = require("node:module");
        const resolve = Module._resolveFilename;
        Module._resolveFilename = (name, ...others) =>
          resolve(name === "@pulumi/pulumi/package.json" ? ${JSON.stringify(join(folder, manifest))} : name, ...others);`;
      assert.deepEqual(runAfter(code), [1, `sluice: ${told}: run npm install @pulumi/pulumi@^3.245.0 (SLUICE1007)\n`]);
    });
});
