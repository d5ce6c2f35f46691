import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { commandsFor } from "../../../cli/commands";
import { onPath } from "../../../sources/find-program";
import { sluice } from "../support/command-line";
import { temporaryFolder, writeInto } from "../support/folders";

const shells = ["bash", "zsh", "fish"] as const;

describe("sluice completion", function () {
  this.timeout(30_000);
  const scripts = new Map<string, string>();
  before(() => {
    for (const shell of shells) {
      const { status, stdout, stderr } = sluice("completion", shell);
      assert.deepEqual([status, stderr], [0, ""], shell);
      scripts.set(shell, stdout);
    }
  });

  for (const shell of shells)
    it(`knows every command and its options in ${shell}`, () => {
      const script = scripts.get(shell) ?? "";
      const names = commandsFor([]).map((command) => command.name());
      assert.ok(names.length > 20);
      for (const command of names.flatMap((name) => commandsFor([name]).filter((one) => one.options.length > 0))) {
        assert.match(script, new RegExp(`['"]:${command.name()}['"]`));
        for (const { long } of command.options)
          assert.match(script, new RegExp(shell === "fish" ? `-l ${long?.slice(2)} ` : `${long}[ "]`), long);
      }
    });

  it("ends with 2 for a shell that it doesn't know", () => {
    const { status, stderr } = sluice("completion", "tcsh");
    assert.equal(status, 2);
    assert.match(stderr, /Allowed choices are bash, zsh, fish/);
  });

  describe("in bash", () => {
    const folder = temporaryFolder();
    before(function () {
      if (onPath("bash") === undefined) this.skip();
      for (const stack of ["dev", "prod"]) writeInto(folder, `Pulumi.${stack}.yaml`, "");
      writeInto(folder, "sluice.bash", scripts.get("bash") ?? "");
    });
    const bash = (code: string) => {
      const run = ["--noprofile", "--norc", "-c", `set -eu; source ./sluice.bash; ${code}`];
      const { status, stdout, stderr } = spawnSync("bash", run, { cwd: folder, encoding: "utf8" });
      assert.deepEqual([status, stderr], [0, ""], code);
      return stdout.trim();
    };
    /** What the last of the words is completed to. */
    const completions = (...words: string[]) => {
      const all = ["sluice", ...words].map((word) => `'${word}'`).join(" ");
      const code = `COMP_WORDS=(${all}); COMP_CWORD=${words.length}; _sluice; printf '%s\\n' "\${COMPREPLY[@]-}"`;
      return bash(code).split("\n");
    };

    it("belongs to sluice", () => assert.equal(bash("complete -p sluice"), "complete -F _sluice sluice"));

    const cases: [typed: string[], expected: string[]][] = [
      [["expl"], ["explain"]],
      [["pol"], ["policy"]],
      [
        ["review", ""],
        ["up", "down", "--help"],
      ],
      [
        ["config", "explain", "--"],
        ["--json", "--help"],
      ],
      [
        ["explain", "--stack", ""],
        ["dev", "prod"],
      ],
      [["up", "-s", "p"], ["prod"]],
      [
        ["start", "--cluster", ""],
        ["lab", "kind"],
      ],
      [["explain", "--config", "slu"], ["sluice.bash"]],
      [["--cwd", ".", "explain", "--mark"], ["--markdown"]],
      [["completion", "f"], ["fish"]],
      [["shift", "--weight", ""], [""]],
    ];
    for (const [typed, expected] of cases)
      it(`completes sluice ${typed.join(" ")}`, () => assert.deepEqual(completions(...typed), expected));
  });
});
