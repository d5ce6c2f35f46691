import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execa } from "execa";
import { UserError } from "../progress/user-error";

/** The repository, branch and file of the commits. */
export interface CommitPlace {
  /** A folder of a working copy, which stays as it is, with its index and the branch that is checked out. */
  readonly folder: string;
  /** The file's name in that folder. */
  readonly name: string;
  /** The branch that gets the commits; it begins at the commit that is checked out. */
  readonly branch: string;
  /** The remote whose branch it is; this repository's own branch if it is left out. */
  readonly push?: string;
}

/** Milliseconds for a commit, a push included. */
const timeoutMilliseconds = 60_000;

/** How often a commit is made again because somebody else has moved the branch. */
const attempts = 3;

/**
 * Commits a file's next state on top of a branch that is not checked out.
 *
 * @param edit gives the next state; its argument is the one on the branch, if the branch has the file.
 * @returns the commit; nothing if the branch says so already.
 * @throws UserError with git's own reason, without credentials.
 */
export async function commitFile(
  place: CommitPlace,
  edit: (text: string | undefined) => string,
  message: string,
): Promise<string | undefined> {
  const scratch = await mkdtemp(join(tmpdir(), "sluice-git-"));
  try {
    const git = await openGit(place.folder, join(scratch, "index"));
    for (let attempt = 1; ; attempt += 1)
      try {
        return await commitOnce(git, place, edit, message);
      } catch (error) {
        if (!(error instanceof MovedError) || attempt === attempts) throw error;
      }
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}

/** Runs git at the top of a working copy, with an index of its own. */
interface Git {
  /** The folder's path below the top, with a slash at its end; empty for the top itself. */
  readonly prefix: string;
  /**
   * Gives what git prints, without the newline at its end.
   *
   * @throws UserError if git fails.
   */
  run(args: readonly string[], input?: string): Promise<string>;
  /** The same; nothing if git fails. */
  ask(...args: readonly string[]): Promise<string | undefined>;
  /** A file's text in a commit, as it is; nothing if it has none. */
  show(commit: string, path: string): Promise<string | undefined>;
}

/** Thrown if the branch has moved in the meantime. */
class MovedError extends UserError {}

async function commitOnce(
  git: Git,
  { name, branch, push }: CommitPlace,
  edit: (text: string | undefined) => string,
  message: string,
): Promise<string | undefined> {
  const path = `${git.prefix}${name}`;
  const ref = `refs/heads/${branch}`;
  const tip = await (push === undefined ? git.ask("rev-parse", "--verify", "--quiet", ref) : fetchTip(git, push, ref));
  const base = tip ?? (await git.run(["rev-parse", "HEAD"]));
  const before = await git.show(base, path);
  const after = edit(before);
  if (after === before && tip !== undefined) return undefined;
  const blob = await git.run(["hash-object", "-w", "--stdin"], after);
  await git.run(["read-tree", base]);
  await git.run(["update-index", "--add", "--cacheinfo", `100644,${blob},${path}`]);
  const tree = await git.run(["write-tree"]);
  const commit = await git.run(["commit-tree", tree, "-p", base, "-F", "-"], message);
  if (push !== undefined) await pushCommit(git, commit, push, ref, tip);
  else await moveBranch(git, commit, branch, tip);
  return commit;
}

async function fetchTip(git: Git, remote: string, ref: string): Promise<string | undefined> {
  const [tip] = (await git.run(["ls-remote", remote, ref])).split(/\s/);
  if (!tip) return undefined;
  await git.run(["fetch", "--quiet", "--no-tags", "--no-write-fetch-head", remote, ref]);
  return tip;
}

async function pushCommit(git: Git, commit: string, remote: string, ref: string, tip: string | undefined) {
  try {
    await git.run(["push", "--quiet", remote, `${commit}:${ref}`]);
  } catch (error) {
    // Retry if the branch has moved; look at the branch for that, because git's messages vary.
    const [now] = (await git.run(["ls-remote", remote, ref])).split(/\s/);
    if ((now || undefined) === tip) throw error;
    throw new MovedError((error as Error).message);
  }
}

async function moveBranch(git: Git, commit: string, branch: string, tip: string | undefined): Promise<void> {
  const ref = `refs/heads/${branch}`;
  const worktrees = await git.run(["worktree", "list", "--porcelain"]);
  if (worktrees.split("\n").includes(`branch ${ref}`))
    throw new UserError(
      `branch ${branch} is checked out, so a commit would make its files look changed: name another branch`,
      "SLUICE1702",
    );
  if ((await git.ask("update-ref", ref, commit, tip ?? "0".repeat(commit.length))) !== undefined) return;
  throw new MovedError(`branch ${branch} has moved in the meantime`);
}

async function openGit(folder: string, index: string): Promise<Git> {
  const signal = AbortSignal.timeout(timeoutMilliseconds);
  const env = { GIT_INDEX_FILE: index, GIT_TERMINAL_PROMPT: "0", LC_ALL: "C", ...batchSsh() };
  const runAt = async (
    cwd: string,
    identity: Readonly<Record<string, string>>,
    args: readonly string[],
    input = "",
  ) => {
    const options = { cwd, env: { ...env, ...identity }, input, stripFinalNewline: false } as const;
    const result = await execa("git", [...args], { ...options, cancelSignal: signal, reject: false });
    const { failed, stdout, stderr, shortMessage } = result;
    if (!failed) return stdout;
    const reason = signal.aborted
      ? `no answer within ${timeoutMilliseconds / 1000} s`
      : stderr.trim() || (shortMessage ?? "");
    throw new UserError(`git ${args[0] ?? ""}: ${withoutCredentials(reason)}`, "SLUICE1702");
  };
  const place = await runAt(folder, {}, ["rev-parse", "--show-toplevel", "--show-prefix"]);
  const [top = "", prefix = ""] = place.split("\n");
  // A CI runner has no user name.
  const known = await runAt(top, {}, ["var", "GIT_COMMITTER_IDENT"]).catch(() => undefined);
  const run = (args: readonly string[], input?: string) =>
    runAt(top, known === undefined ? stranger : {}, args, input).then((text) => text.trimEnd());
  return {
    prefix,
    run,
    ask: (...args) => run(args).catch(() => undefined),
    show: async (commit, path) => {
      const isThere = (await run(["ls-tree", commit, "--", path])) !== "";
      return isThere ? runAt(top, {}, ["show", `${commit}:${path}`]) : undefined;
    },
  };
}

const stranger = {
  GIT_AUTHOR_NAME: "sluice",
  GIT_AUTHOR_EMAIL: "sluice@localhost",
  GIT_COMMITTER_NAME: "sluice",
  GIT_COMMITTER_EMAIL: "sluice@localhost",
};

/** Never ask for a passphrase, because a commit may run without a terminal. */
function batchSsh(): Record<string, string> {
  return process.env["GIT_SSH_COMMAND"] === undefined ? { GIT_SSH_COMMAND: "ssh -o BatchMode=yes" } : {};
}

/** A remote's address may have a token in it. */
function withoutCredentials(text: string): string {
  return text.replace(/\/\/[^/@\s]+@/g, "//…@");
}
