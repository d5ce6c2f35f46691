import assert from "node:assert/strict";
import type { UpdateResult } from "../../engine/engine";
import { ask, servedBy } from "./support/ask";
import { during } from "./support/during";
import { exampleFile } from "./support/example";
import { kubectl, sluice, sluiceJson, useLab, whyNoLab } from "./support/lab";
import { answersOf, startLoad } from "./support/load";
import { removeStack, sessionOptions, set, writeStack } from "./support/stack";

const minutes = 60_000;
const host = "www.test.com";
const source = "test/e2e/support/migrate-stack.yaml";

describe(`a live host that moves to another router on the lab`, function () {
  this.timeout(6 * minutes);

  const session = sessionOptions();
  let address = "";
  const migrate = async (...args: string[]) => {
    const { exitCode, stdout, stderr } = await sluice("migrate", "--yes", ...args, ...session);
    assert.equal(exitCode, 0, stdout + stderr);
    return stdout;
  };
  /** Users ask at the address that they know, all the while, by a connection for each request. */
  const underLoad = async (change: () => Promise<unknown>) => {
    const answers = await during(startLoad(address, host, { seconds: 2 }), change);
    assert.deepEqual(answersOf(answers), ["myapp v1", "myapp v2"]);
  };
  const outputs = async () => (await sluiceJson<UpdateResult>("up", "--yes", ...session)).outputs;

  before(async function () {
    await useLab(this, whyNoLab(), "ingress-nginx", "traefik", "gateway-api");
    writeStack([], source);
    address = (await outputs()).address ?? "";
  });

  after(async function () {
    if (this.currentTest?.isPending()) return;
    // The last test leaves a stack's file that nobody takes.
    writeStack([], source);
    await sluice("down", "--yes", "--keep-cluster", ...session);
    removeStack();
  });

  it("stands both side by side, and finds that they answer alike, request by request", async () => {
    let said = "";
    await underLoad(async () => (said = await migrate("--to", "gateway")));
    assert.match(said, /Compared: \d{3} requests, answered alike/);
    const { address: users, beside } = await outputs();
    const other = (beside as { address?: string }).address ?? "";
    assert.equal(users, address);
    assert.notEqual(other, address);
    const [header, cookie] = await servedBy(other, [
      { host, headers: { Region: "shenzhen" } },
      { host, headers: { Cookie: "user_from_shenzhen=always" } },
    ]);
    assert.deepEqual([header, cookie], ["myapp v2", "myapp v2"]);
  });

  it("refuses to hand over where an answer differs, naming the request", async () => {
    // Somebody takes the header's rule out of the new router alone.
    const rules = JSON.stringify([{ op: "remove", path: "/spec/rules/0" }]);
    await kubectl("patch", "httproute", "shop", "--namespace", "demo", "--type", "json", "--patch", rules);
    const { exitCode, stdout, stderr } = await sluice("migrate", "--yes", "--hand-over", ...session);
    assert.equal(exitCode, 1, stdout + stderr);
    assert.match(
      stdout,
      /GET www\.test\.com\/, Region: shenzhen[^\n]*\n +planned: v2; the current router: v2; the new one: v1/,
    );
    assert.match(stdout, /the routers do not both answer as planned: no users were moved/);
    const { exitCode: mended } = await sluice("up", "--yes", "--force-conflicts", ...session);
    assert.equal(mended, 0);
  });

  it("leads users over by names and back, without losing a request", async () => {
    await underLoad(async () => {
      await migrate("--hand-over", "dns");
      await migrate("--back");
    });
  });

  it("gives the new router the users' address and takes it back, without losing a request", async () => {
    await underLoad(() => migrate("--hand-over", "address"));
    assert.equal((await outputs()).address, address);
    const gateway = await kubectl("get", "service", "traefik-gateway", "-n", "traefik-gateway", "-o", "json");
    assert.match(gateway, new RegExp(`"ip": "${address}"`));
    await underLoad(() => migrate("--back"));
    const ingresses = await kubectl("get", "service", "ingress-nginx-controller", "-n", "ingress-nginx", "-o", "json");
    assert.match(ingresses, new RegExp(`"ip": "${address}"`));
  });

  it("removes the old router last, without losing a request", async () => {
    await underLoad(async () => {
      await migrate("--hand-over");
      await migrate("--finish");
    });
    const left = await kubectl("get", "ingress,service,deployment", "--all-namespaces", "-o", "name");
    assert.ok(!/ingress/m.test(left), left);
    assert.equal((await outputs()).address, address);
    const [answer] = await ask(address, [{ host, headers: { Region: "shenzhen" } }]);
    assert.equal(answer?.body.trim(), "myapp v2");
  });

  it("refuses what the other router can't express before anything moves", async () => {
    writeStack([set("affinity/mode", "cookie"), set("migration", { to: "gateway" })], exampleFile("canary-by-weight"));
    const { exitCode, stderr } = await sluice("preview", ...session);
    assert.equal(exitCode, 2);
    assert.match(
      stderr,
      /sluice:affinity.mode is "cookie": it has no meaning under router gateway .* \(after the migration to gateway\)/,
    );
  });
});
