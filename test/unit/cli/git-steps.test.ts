import assert from "node:assert/strict";
import { join } from "node:path";
import { execa } from "execa";
import { stringify } from "yaml";
import { GitSteps } from "../../../cli/rollout/git-steps";
import { parseStackConfig } from "../../../config";
import { layOut } from "../../../rollout/layout";
import { begin } from "../../../rollout/machine";
import type { Routing } from "../../../rollout/spec";
import { withStack } from "../../../rollout/stack";
import type { RolloutState } from "../../../rollout/state";
import { temporaryFolder, writeInto } from "../support/folders";
import { smallStack } from "../support/stacks";

describe("the steps of a rollout in git", function () {
  this.timeout(20_000);
  const folder = temporaryFolder();
  const config = smallStack({ "sluice:rollout": { interval: "1s", stepWeight: 50 } });
  const text = `# Why it is so.\n${stringify({ config })}`;
  const spec = withStack(layOut(parseStackConfig(config), "v2"), config, config);
  const state = (served: Routing, changes: Partial<RolloutState> = {}): RolloutState => ({
    ...begin(spec, 3, 0),
    served,
    ...changes,
  });
  const git = async (...args: string[]) => (await execa("git", args, { cwd: folder })).stdout;
  const complaints: string[] = [];
  const steps = (settings?: { branch: string; push?: string }, name = "Pulumi.prod.yaml") =>
    new GitSteps(
      { file: join(folder, name), stack: "prod" },
      () => settings,
      (message) => complaints.push(message),
    );

  before(async () => {
    writeInto(folder, "Pulumi.prod.yaml", text);
    await git("init", "--quiet", "--initial-branch", "main");
    await git("add", ".");
    await git("-c", "user.name=ann", "-c", "user.email=a@b", "commit", "--quiet", "--message", "first");
  });

  it("are one commit each, in order, with the file as users get it, and its comments", async () => {
    const writer = steps({ branch: "releases" });
    void writer.follow(state({ kind: "trial", step: 0 }));
    void writer.follow(state({ kind: "trial", step: 1 }));
    // Stored once more, with users where they were.
    void writer.follow(state({ kind: "trial", step: 1 }, { passes: 1 }));
    await writer.follow(state({ kind: "stable" }, { outcome: "aborted by ann" }));
    assert.deepEqual(complaints, []);
    assert.deepEqual((await git("log", "--format=%s", "--reverse", "releases", "^main")).split("\n"), [
      "prod: rollout 3, v2 is ready and gets no requests yet",
      "prod: rollout 3, 50% of the requests go to v2 (step 1 of 2)",
      "prod: rollout 3, users are back on v1",
    ]);
    assert.equal((await git("log", "--format=%b", "-1", "releases")).trim(), "aborted by ann");
    const weights = await git("log", "--format=", "--patch", "--reverse", "releases", "^main");
    assert.doesNotMatch(weights, /No newline/);
    assert.match(weights, /^\+ {2}sluice:canaryWeight: 50$/m);
    assert.match(await git("show", "releases:Pulumi.prod.yaml"), /^# Why it is so\.\n[^]*sluice:canaryWeight: 0/);
    assert.equal(await git("status", "--porcelain"), "");
  });

  it("are nowhere unless the stack says so", async () => {
    await steps().follow(state({ kind: "trial", step: 1 }));
    assert.equal(await git("branch", "--list", "--format=%(refname:short)"), "main\nreleases");
  });

  it("are missed with a word, and never with a failure", async () => {
    await steps({ branch: "main" }).follow(state({ kind: "trial", step: 1 }));
    await steps({ branch: "releases", push: "nowhere" }).follow(state({ kind: "promoted" }));
    await steps({ branch: "releases" }, "Pulumi.other.yaml").follow(state({ kind: "promotion" }));
    assert.match(complaints[0] ?? "", /^could not commit to branch main that 50% .* \(branch main is checked out/);
    assert.match(complaints[1] ?? "", /^could not commit to branch releases that v2 has taken .* \(git ls-remote: /);
    assert.match(complaints[2] ?? "", /Pulumi\.other\.yaml exists neither on that branch nor here/);
    assert.equal(complaints.length, 3);
  });
});
