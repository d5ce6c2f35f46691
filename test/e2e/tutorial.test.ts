import assert from "node:assert/strict";
import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { packageFolder } from "../../package-folder";
import { sluice, testLab, useLab, whyNoLab } from "./support/lab";

const minutes = 60_000;
const file = join(packageFolder, "Pulumi.tutorial.yaml");

/** A command of the page, and what the page shows of its output. */
interface Shown {
  readonly args: readonly string[];
  readonly lines: readonly string[];
}

describe("docs/tutorial.md, block by block", function () {
  this.timeout(10 * minutes);

  const page = readFileSync(join(packageFolder, "docs", "tutorial.md"), "utf8");
  const blocks = [...page.matchAll(/^```(\w+)\n([^]*?)^```$/gm)].map(([, language, text = ""]) => ({ language, text }));
  const [stack] = blocks.filter(({ language }) => language === "yaml");
  const commands = blocks
    .filter(({ language }) => language === "console")
    .flatMap(({ text }) => text.split(/^\$ npx sluice /m).slice(1))
    .map((one): Shown => {
      const [command = "", ...lines] = one.trimEnd().split("\n");
      return { args: command.split(" "), lines: lines.filter((line) => line !== "…") };
    });

  before(async function () {
    await useLab(this, whyNoLab());
    assert.match(stack?.text ?? "", /^# Pulumi\.tutorial\.yaml$/m);
    writeFileSync(file, stack?.text ?? "");
  });

  after(() => rmSync(file, { force: true }));

  for (const { args, lines } of commands)
    it(`sluice ${args.join(" ")}`, async () => {
      const isOffline = args[0] === "explain";
      const lab = isOffline ? [] : ["--lab-name", testLab.name, "--lab-port", String(testLab.port)];
      // The lab itself is the test run's.
      const keep = args[0] === "down" ? ["--keep-cluster", "--yes"] : [];
      const { exitCode, stdout, stderr } = await sluice(...args, ...lab, ...keep);
      assert.equal(exitCode, args.includes("v3") ? 1 : 0, stdout + stderr);
      const printed = stdout.split("\n").map((line) => line.trimEnd());
      for (const line of lines) assert.ok(printed.includes(line), `${line}\n\nis not in\n\n${stdout}${stderr}`);
      if (args.includes("status")) assert.match(stdout, /v2 → v3.*Failed/);
      if (args.includes("verify")) assert.match(stdout, /v2 .*100%.*as planned/);
    });
});
