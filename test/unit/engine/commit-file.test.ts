import assert from "node:assert/strict";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { execa, execaSync } from "execa";
import { commitFile } from "../../../engine/commit-file";
import { temporaryFolder, writeInto } from "../support/folders";

const name = "Pulumi.prod.yaml";

describe("a file that is committed to another branch", function () {
  this.timeout(20_000);
  const root = temporaryFolder();
  let count = 0;
  let top = "";
  let folder = "";

  const git = async (...args: string[]) => (await execa("git", args, { cwd: top })).stdout;
  const read = (ref: string) => git("show", `${ref}:deploy/${name}`);
  const commit = (next: string, push?: string, branch = "releases") =>
    commitFile({ folder, name, branch, push }, () => next, `says ${next}\n\nin full\n`);

  beforeEach(async () => {
    top = join(root, String((count += 1)));
    folder = join(top, "deploy");
    mkdirSync(folder, { recursive: true });
    await git("init", "--quiet", "--initial-branch", "main");
    await git("config", "user.name", "ann");
    await git("config", "user.email", "ann@example.com");
    writeInto(folder, name, "first");
    writeInto(folder, "other.txt", "other");
    await git("add", ".");
    await git("commit", "--quiet", "--message", "first");
  });

  it("leaves the working copy, the index and the branch that is checked out as they are", async () => {
    writeInto(folder, name, "not committed yet");
    writeInto(folder, "staged.txt", "staged");
    await git("add", "deploy/staged.txt");
    const before = [await git("status", "--porcelain"), await git("rev-parse", "main")];
    const first = await commit("second");
    assert.equal(await read("releases"), "second");
    const second = await commit("third");
    assert.deepEqual([await git("status", "--porcelain"), await git("rev-parse", "main")], before);
    assert.deepEqual((await git("log", "--format=%H %an %s", "releases", "^main")).split("\n"), [
      `${second} ann says third`,
      `${first} ann says second`,
    ]);
    assert.equal(await git("diff", "--name-only", "main", "releases"), `deploy/${name}`);
  });

  it("is given what the branch has, and makes no commit that changes nothing", async () => {
    const seen: (string | undefined)[] = [];
    const edit = (text: string | undefined) => {
      seen.push(text);
      return "second";
    };
    const place = { folder, name, branch: "releases" };
    assert.match((await commitFile(place, edit, "one")) ?? "", /^[0-9a-f]{40}$/);
    assert.equal(await commitFile(place, edit, "two"), undefined);
    assert.deepEqual(seen, ["first", "second"]);
    const unknown = { ...place, name: "Pulumi.new.yaml" };
    await commitFile(unknown, (text) => String(text), "new");
    assert.equal(await git("show", "releases:deploy/Pulumi.new.yaml"), "undefined");
  });

  it("is refused on the branch that is checked out, and where there is no repository", async () => {
    await assert.rejects(commit("second", undefined, "main"), /branch main is checked out/);
    const elsewhere = { folder: root, name, branch: "releases" };
    await assert.rejects(
      commitFile(elsewhere, () => "", "x"),
      /^UserError: git rev-parse: .*not a git repository/,
    );
  });

  it("goes on top of what the remote has, and keeps what others have pushed", async () => {
    const remote = join(root, `${count}.git`);
    await git("init", "--quiet", "--bare", remote);
    await git("remote", "add", "origin", remote);
    await commit("second", "origin");
    const calls: string[] = [];
    const run = (...args: string[]) => execaSync("git", args, { cwd: top }).stdout;
    // Somebody else pushes between the look and the push.
    const edit = (text = "") => {
      if (calls.push(text) > 1) return "third";
      run("fetch", "--quiet", "origin", "releases");
      const theirs = run("commit-tree", "FETCH_HEAD^{tree}", "-p", "FETCH_HEAD", "-m", "theirs");
      run("push", "--quiet", "origin", `${theirs}:refs/heads/releases`);
      return "third";
    };
    await commitFile({ folder, name, branch: "releases", push: "origin" }, edit, "says third");
    assert.deepEqual(calls, ["second", "second"]);
    const bare = async (...args: string[]) => (await execa("git", args, { cwd: remote })).stdout;
    assert.deepEqual((await bare("log", "--format=%s", "releases")).split("\n"), [
      "says third",
      "theirs",
      "says second",
      "first",
    ]);
    assert.equal(await git("branch", "--list", "releases"), "");
  });

  it("tells why it can't be pushed, without credentials", async () => {
    await git("remote", "add", "origin", "http://ann:hunter2@127.0.0.1:1/x.git");
    await assert.rejects(commit("second", "origin"), (error: Error) => {
      assert.match(error.message, /^git ls-remote: .*127\.0\.0\.1:1/s);
      assert.doesNotMatch(error.message, /hunter2/);
      return true;
    });
  });
});
