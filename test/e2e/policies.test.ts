import assert from "node:assert/strict";
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Preview } from "../../engine/engine";
import { stackFilePath } from "../../engine/stack-file";
import type { PlanVerdict } from "../../traffic/verdict";
import { kubectl, sluice, sluiceJson, whyNoLab } from "./support/lab";
import { host, namespace, onPlatform, usePlatform } from "./support/platform";
import { removeStack, sessionOptions, set, without, writeStack, type StackChange } from "./support/stack";

const minutes = 60_000;

/** A small stack on one controller: what the policies say does not depend on how many pods there are. */
const atWeight = (canaryWeight: number, ...more: readonly StackChange[]) =>
  writeStack([...onPlatform, set("canaryWeight", canaryWeight), ...without("headerMatch", "cookieMatch"), ...more]);

describe(`the policies on the lab`, function () {
  this.timeout(5 * minutes);

  const session = sessionOptions();
  const folder = mkdtempSync(join(tmpdir(), "sluice-policies-"));
  const packConfig = (content: unknown) => {
    const file = join(folder, "config.json");
    writeFileSync(file, JSON.stringify(content));
    return ["--policy-pack-config", file];
  };
  /** What the step from one weight to the next is held to, and nothing else. */
  const stepOf = (points: number) =>
    packConfig({ all: "disabled", "canary-weight-step": { enforcementLevel: "mandatory", points } });

  /** Those of the stack, and every namespace. */
  const objects = async () => {
    const own = await kubectl("get", "deployments,services,ingresses,configmaps", "-n", namespace, "-o", "name");
    const namespaces = await kubectl("get", "namespaces", "-o", "name");
    // Other suites have theirs on the same lab.
    return `${own}\n${namespaces
      .split("\n")
      .filter((name) => name.includes(namespace) || name.includes("pr-7"))
      .join()}`;
  };

  before(async function () {
    await usePlatform(this, whyNoLab());
    atWeight(0);
    await sluiceJson("up", "--yes", ...session);
  });

  after(async function () {
    rmSync(folder, { recursive: true });
    if (this.currentTest?.isPending()) return;
    await sluice("down", "--yes", "--keep-cluster", ...session);
    removeStack();
  });

  it("have nothing mandatory against the dev stack", async () => {
    const { violations } = await sluiceJson<Preview>("preview", ...session);
    assert.deepEqual(
      violations.filter(({ level }) => level === "mandatory"),
      [],
    );
  });

  it("refuse a jump with exit status 3, naming policy, plan and what to change; nothing is touched", async () => {
    atWeight(60);
    const before = await objects();
    const { exitCode, stdout, stderr } = await sluice("up", "--yes", ...stepOf(50), ...session);
    assert.equal(exitCode, 3, stdout + stderr);
    assert.match(
      stdout,
      /policy canary-weight-step refuses the stack: v2 would get 60% .* 50 points: lower sluice:canaryWeight/,
    );
    assert.match(stderr, /canary-weight-step failed: nothing was changed/);
    assert.equal(await objects(), before);
    const { trafficBefore } = await sluiceJson<Preview>("preview", ...packConfig({ all: "disabled" }), ...session);
    assert.equal(trafficBefore?.[0], `http://${host}/: 100% v1`);
  });

  it("let a step through that is small enough, and hold the next against it", async () => {
    atWeight(40);
    await sluiceJson("up", "--yes", ...stepOf(50), ...session);
    const statusAt = async (weight: number) => {
      atWeight(weight);
      return (await sluice("preview", ...stepOf(50), ...session)).exitCode;
    };
    assert.deepEqual([await statusAt(90), await statusAt(91)], [0, 3]);
  });

  it("only advise where they are advisory", async () => {
    atWeight(100);
    const advisory = packConfig({ all: "disabled", "canary-weight-step": "advisory" });
    const { violations } = await sluiceJson<Preview>("preview", ...advisory, ...session);
    assert.deepEqual(
      violations.map(({ policy, level }) => [policy, level]),
      [["canary-weight-step", "advisory"]],
    );
  });

  it("hold a production stack to production's limits, and name its objects", async () => {
    atWeight(0, set("environment", "production"));
    const { exitCode, stdout, stderr } = await sluice("up", "--yes", ...session);
    assert.equal(exitCode, 3, stdout + stderr);
    assert.match(stdout, /policy image-is-pinned refuses Deployment .*nginx-v1.*sluice:versions\.v1\.image/);
    assert.match(stdout, /policy tls-required refuses Ingress .*nginx.*sluice:route.tls/);
    assert.match(stderr, /image-is-pinned.* failed: nothing was changed/);
  });

  it("mend in the update what the preview counts as mended", async () => {
    atWeight(0);
    const mending = packConfig({ all: "disabled", "recommended-labels": "remediate" });
    await sluiceJson("up", "--yes", ...mending, ...session);
    const label = "{.items[*].metadata.labels.app\\.kubernetes\\.io/managed-by}";
    const labels = await kubectl("get", "deployments", "-n", namespace, "-o", `jsonpath=${label}`);
    assert.deepEqual([...new Set(labels.split(" "))], ["Pulumi"]);
  });

  it("refuse a config with an unknown policy or a value out of range", async () => {
    const unknown = await sluice("preview", ...packConfig({ "canary-weight-stop": "mandatory" }), ...session);
    assert.equal(unknown.exitCode, 2);
    assert.match(unknown.stderr, /canary-weight-stop isn't a policy of the pack: did you mean canary-weight-step\?/);
    const high = await sluice("preview", ...packConfig({ "canary-weight-step": { points: 200 } }), ...session);
    assert.equal(high.exitCode, 2);
    assert.match(high.stderr, /canary-weight-step\.points is 200: it must be <= 100/);
  });

  it("make a review stack on a host of its own, and remove it without a trace", async () => {
    atWeight(40);
    const before = await objects();
    const pull = ["--pull-request", "7", "--yes", ...session];
    const unasked = await sluice("review", "up", "--pull-request", "7", ...session);
    assert.match(unasked.stderr, /Deploy pr-7 on .*Not a terminal: pass --yes/);
    assert.ok(!existsSync(stackFilePath("pr-7")));
    const review = await sluiceJson<{ url: string; verdict: PlanVerdict }>("review", "up", ...pull);
    assert.equal(review.url, `http://pr-7.${host}/`);
    assert.ok(review.verdict.asPlanned);
    await sluiceJson("review", "down", ...pull);
    assert.equal(await objects(), before);
    assert.ok(!existsSync(stackFilePath("pr-7")));
  });
});
