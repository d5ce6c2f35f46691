import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { execa } from "execa";
import { packageFolder } from "../../package-folder";
import { kubectl, sluice, testLab, untilSo, useLab, whyNoLab } from "./support/lab";
import { removeStack, sessionOptions, writeStack } from "./support/stack";

const minutes = 60_000;

// It takes its lab down, and the next suite on it brings it up again.
describe("interrupting and taking down", function () {
  this.timeout(10 * minutes);

  const session = sessionOptions();

  before(async function () {
    await useLab(this, whyNoLab());
    writeStack();
  });

  after(removeStack);

  it("Ctrl-C in the middle of an update ends with 130, and the next start goes on", async () => {
    const running = execa("node", ["cli/sluice.js", "start", ...session], { cwd: packageFolder, reject: false });
    await untilPrinted(running.stdout, /✓ Preview/);
    // In the middle, where it hurts most: a webhook is there that nothing answers for yet.
    await untilSo(
      "MetalLB's webhook is there",
      async () => (await kubectl("get", "validatingwebhookconfigurations", "-o", "name").catch(() => "")) !== "",
    );
    running.kill("SIGINT");
    const { exitCode, stderr } = await running;
    assert.equal(exitCode, 130, stderr);
    assert.match(stderr, /interrupted/);
    const again = await sluice("start", ...session);
    assert.equal(again.exitCode, 0, again.stdout + again.stderr);
    assert.match(again.stdout, /as planned/);
  });

  it("a second start is refused while one runs", async () => {
    const first = execa("node", ["cli/sluice.js", "start", ...session], { cwd: packageFolder, reject: false });
    await untilPrinted(first.stdout, /Check this machine/);
    const second = await sluice("start", ...session);
    assert.equal(second.exitCode, 1);
    assert.match(second.stderr, /\(process \d+\) is changing the (stack|lab) /);
    assert.equal((await first).exitCode, 0);
  });

  it("down leaves no process, namespace, mount or folder of the lab behind", async () => {
    assert.notDeepEqual(await tracesOf(testLab.name), [], "a running lab has traces, or this test sees nothing");
    const { exitCode, stdout, stderr } = await sluice("down", ...session);
    assert.equal(exitCode, 0, stdout + stderr);
    assert.deepEqual(await tracesOf(testLab.name), []);
    const again = await sluice("down", ...session);
    assert.equal(again.exitCode, 0, again.stderr);
  });
});

/** Waits for a line without ending the stream: a command whose output nobody reads any more stops. */
function untilPrinted(stream: NodeJS.ReadableStream, pattern: RegExp): Promise<void> {
  return new Promise((resolve, reject) => {
    let printed = "";
    stream.on("data", (chunk) => {
      printed += String(chunk);
      if (pattern.test(printed)) resolve();
    });
    stream.on("end", () => reject(new Error(`never printed ${String(pattern)}: ${printed}`)));
  });
}

/** What a lab of this name has on this machine. */
async function tracesOf(name: string): Promise<string[]> {
  const { stdout: namespaces } = await execa("ip", ["netns", "list"]);
  const mounts = readFileSync("/proc/mounts", "utf8").split("\n");
  const commands = readdirSync("/proc")
    .filter((entry) => /^\d+$/.test(entry))
    .map(commandOf);
  const folder = `/var/lib/${name}`;
  // Another lab's name may begin as this one's does.
  const mentions = (text: string) => new RegExp(`${folder}(?![\\w-])`).test(text);
  return [
    ...namespaces.split("\n").filter((line) => [name, `${name}-client`].includes(line.split(" ")[0] ?? "")),
    ...mounts.filter(mentions),
    ...commands.filter(mentions),
    ...(existsSync(folder) ? [folder] : []),
  ];
}

function commandOf(pid: string): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, "utf8").replaceAll("\0", " ");
  } catch {
    return "";
  }
}
