import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { chmodSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import { packageFolder } from "../../../package-folder";
import { temporaryFolder } from "../support/folders";

const scripts = join(packageFolder, ".github", "scripts");

/** Stands in for `npx --no sluice`: says what it was asked, and ends as the stack's file says (`exit: 3`). */
const fakeNpx = `#!/usr/bin/env bash
for argument in "$@"; do
  case $argument in
    --config=*) file=\${argument#--config=} ;;
    --stack=*) file=Pulumi.\${argument#--stack=}.yaml ;;
    --before=*) echo "before: $(cat "\${argument#--before=}")" ;;
  esac
done
echo "asked: $*" | sed 's|/[^ ]*/before.yaml|BEFORE|'
status=$(sed -n 's/^exit: //p' "$file")
[[ -z $status ]] || { echo "\\\`\\\`\\\` it is bad" >&2; exit "$status"; }
`;

describe("the workflows' scripts", function () {
  this.timeout(20_000);
  const folder = temporaryFolder();
  const programs = join(folder, "programs");
  let repository = "";
  let count = 0;

  const git = (...args: readonly string[]) => {
    const identity = ["-c", "user.name=Ada", "-c", "user.email=ada@example.com", "-c", "commit.gpgsign=false"];
    const { status, stdout, stderr } = spawnSync("git", [...identity, ...args], { cwd: repository, encoding: "utf8" });
    assert.equal(status, 0, stderr);
    return stdout;
  };
  const commit = (files: Readonly<Record<string, string | undefined>>) => {
    for (const [name, text] of Object.entries(files))
      if (text === undefined) rmSync(join(repository, name));
      else writeFileSync(join(repository, name), text);
    git("add", "--all");
    git("commit", "--quiet", "--allow-empty", "--message", "change");
  };
  const script = (name: string, ...args: readonly string[]) =>
    spawnSync(join(scripts, name), args, {
      cwd: repository,
      encoding: "utf8",
      env: {
        ...process.env,
        PATH: [programs, process.env["PATH"]].join(delimiter),
        GITHUB_OUTPUT: join(folder, "output"),
      },
    });

  before(() => {
    mkdirSync(programs);
    writeFileSync(join(programs, "npx"), fakeNpx);
    chmodSync(join(programs, "npx"), 0o755);
  });

  beforeEach(() => {
    repository = join(folder, `repository-${(count += 1)}`);
    mkdirSync(repository);
    git("init", "--quiet");
    commit({ "Pulumi.yaml": "name: sluice", "Pulumi.dev.yaml": "weight: 10", "Pulumi.prod.yaml": "weight: 0" });
  });

  it("explain each changed stack with what it was before", () => {
    commit({ "Pulumi.dev.yaml": "weight: 30", "README.md": "changed" });
    const { status, stdout } = script("explain-changes.sh", "HEAD^1");
    assert.equal(status, 0);
    assert.equal(
      stdout,
      "before: weight: 10\n" + "asked: --no sluice explain --config=Pulumi.dev.yaml --markdown --before=BEFORE\n\n",
    );
  });

  it("explain a new stack without a before, and say what becomes of a removed one", () => {
    commit({ "Pulumi.qa.yaml": "weight: 5", "Pulumi.prod.yaml": undefined });
    const { status, stdout } = script("explain-changes.sh", "HEAD^1");
    assert.equal(status, 0);
    assert.match(stdout, /### Traffic of prod\n\nThe stack file is removed\. .*`sluice down`/);
    assert.match(stdout, /asked: --no sluice explain --config=Pulumi\.qa\.yaml --markdown\n/);
  });

  it("say nothing where no stack file changes", () => {
    commit({ "index.ts": "// changed", "Pulumi.yaml": "name: other" });
    const { status, stdout } = script("explain-changes.sh", "HEAD^1");
    assert.deepEqual([status, stdout], [0, ""]);
  });

  it("fail by a stack file that can't be used, its message quoted, and go on with the others", () => {
    commit({ "Pulumi.dev.yaml": "exit: 1", "Pulumi.prod.yaml": "weight: 1" });
    const { status, stdout } = script("explain-changes.sh", "HEAD^1");
    assert.equal(status, 1);
    assert.match(stdout, /### Traffic of dev\n\nThe stack file can't be used:\n\n {4}``` it is bad\n\nbefore/);
  });

  it("refuse a stack file whose name is no stack's, and put it into no command", () => {
    commit({ "Pulumi.$(touch pwned).yaml": "weight: 1", "Pulumi.--x.yaml": "weight: 1" });
    for (const { status, stdout } of [script("explain-changes.sh", "HEAD^1"), script("check-policies.sh")]) {
      assert.equal(status, 1);
      assert.ok(!stdout.includes("touch") && !stdout.includes("--x"), stdout);
    }
  });

  it("fail where the base can't be had", () => {
    assert.notEqual(script("explain-changes.sh", "no-such-commit").status, 0);
  });

  it("check the policies of every committed stack", () => {
    writeFileSync(join(repository, "Pulumi.local.yaml"), "exit: 3");
    const { status, stdout } = script("check-policies.sh");
    assert.equal(status, 0);
    assert.deepEqual(stdout.match(/^### .*$/gm), [
      "### Policies of dev: no mandatory policy is violated",
      "### Policies of prod: no mandatory policy is violated",
    ]);
    assert.match(stdout, /\n {4}asked: --no sluice policy --stack=prod\n/);
  });

  it("hold each plan against the one before, where there was one", () => {
    commit({ "Pulumi.dev.yaml": "weight: 90", "Pulumi.qa.yaml": "weight: 5" });
    const { status, stdout } = script("check-policies.sh", "HEAD^1");
    assert.equal(status, 0);
    assert.match(stdout, /\n {4}before: weight: 10\n {4}asked: --no sluice policy --stack=dev --before=BEFORE\n/);
    assert.match(stdout, /\n\n {4}asked: --no sluice policy --stack=qa\n/);
    assert.notEqual(script("check-policies.sh", "no-such-commit").status, 0);
  });

  it("end with 3 where a mandatory policy is violated, whatever else fails", () => {
    commit({ "Pulumi.a.yaml": "exit: 1", "Pulumi.dev.yaml": "exit: 3", "Pulumi.prod.yaml": "exit: 1" });
    const { status, stdout } = script("check-policies.sh");
    assert.equal(status, 3);
    assert.match(stdout, /of a: \*\*could not be checked\*\*[^]*of dev: \*\*a mandatory policy is violated\*\*/);
  });

  it("end with 1 where a stack could not be checked, and where there is none", () => {
    commit({ "Pulumi.prod.yaml": "exit: 2" });
    assert.equal(script("check-policies.sh").status, 1);
    commit({ "Pulumi.dev.yaml": undefined, "Pulumi.prod.yaml": undefined });
    const { status, stderr } = script("check-policies.sh");
    assert.equal(status, 1);
    assert.match(stderr, /no stack file to check/);
  });

  it("set an output that no text can end, cut to what a comment holds", () => {
    const [short, long] = [join(folder, "short.md"), join(folder, "long.md")];
    writeFileSync(short, "one\nEOF\nend-\ntwo");
    writeFileSync(long, "é".repeat(40_000));
    for (const [name, file] of [
      ["short", short],
      ["long", long],
    ] as const)
      assert.equal(script("set-output.sh", name, file).status, 0);
    const outputs = [
      ...readFileSync(join(folder, "output"), "utf8").matchAll(/^(\w+)<<(end-[0-9a-f]{32})\n([^]*?)\n\2$/gm),
    ];
    assert.deepEqual(
      outputs.map(([, name]) => name),
      ["short", "long"],
    );
    assert.equal(outputs[0]?.[3], "one\nEOF\nend-\ntwo");
    assert.match(outputs[1]?.[3] ?? "", /^é{30000}\n\n_Cut here: .*_$/);
  });

  const release = (tag: string, changelog: string) => {
    commit({ "package.json": JSON.stringify({ version: "1.2.3" }), "CHANGELOG.md": changelog });
    return script("release-notes.sh", tag);
  };

  it("print what the changelog says of a version, and nothing of others", () => {
    const { status, stdout } = release(
      "v1.2.3",
      "# Changelog\n\n## [1.2.3] - 2026-12-01\n\n### Added\n\n- A door\n\n## [1.2.2] - 2026-11-01\n\n- A wall\n",
    );
    assert.equal(status, 0, stdout);
    assert.equal(stdout.trim(), "### Added\n\n- A door");
  });

  for (const [why, tag, changelog, complaint] of [
    [
      "of another version",
      "v1.2.4",
      "## [1.2.4] - 2026-12-01\n\n- A door\n",
      /the tag is v1\.2\.4 and package\.json says 1\.2\.3/,
    ],
    [
      "whose day nobody wrote",
      "v1.2.3",
      "## [1.2.3] - unreleased\n\n- A door\n",
      /no heading "## \[1\.2\.3\] - YYYY-MM-DD"/,
    ],
    ["that the changelog doesn't know", "v1.2.3", "## [1.2.30] - 2026-12-01\n\n- A door\n", /no heading/],
    [
      "with an empty part",
      "v1.2.3",
      "## [1.2.3] - 2026-12-01\n\n## [1.2.2] - 2026-11-01\n\n- A wall\n",
      /says nothing/,
    ],
  ] as const)
    it(`refuse to release a tag ${why}`, () => {
      const { status, stdout } = release(tag, changelog);
      assert.equal(status, 1);
      assert.match(stdout, complaint);
    });
});
