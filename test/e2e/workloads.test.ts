import assert from "node:assert/strict";
import type { UpdateResult } from "../../engine/engine";
import { during } from "./support/during";
import { exampleFile } from "./support/example";
import { sluice, sluiceJson, useLab, whyNoLab } from "./support/lab";
import { removeStack, sessionOptions, set, without, writeStack, type StackChange } from "./support/stack";
import { startUsers, type Visits } from "./support/users";

const minutes = 60_000;
const host = "devices.test.com";
const example = exampleFile("workloads");

describe(`workloads whose versions never cross on the lab`, function () {
  this.timeout(8 * minutes);

  const session = sessionOptions();
  let address = "";
  const up = async (...changes: StackChange[]) => {
    writeStack(changes, example);
    const { outputs } = await sluiceJson<UpdateResult>("up", "--yes", ...session);
    address = outputs.address ?? "";
  };
  const shift = async (...args: string[]) => {
    const { exitCode, stdout, stderr } = await sluice("shift", "--yes", ...args, ...session);
    assert.equal(exitCode, 0, stdout + stderr);
  };
  /** Users visit at 50 requests a second while something happens. */
  const whileVisiting = (change: () => Promise<void>) => during(startUsers(address, host), change);
  const demandPaired = ({ crossings, failures, requests }: Visits) => {
    assert.deepEqual({ crossings, failures }, { crossings: [], failures: [] });
    assert.ok(requests > 100, `${requests} requests are too few to tell`);
  };
  const sticky = [set("affinity/mode", "cookie"), ...without("cookieMatch")];

  before(async function () {
    await useLab(this, whyNoLab(), "ingress-nginx", "traefik", "gateway-api");
  });

  after(async function () {
    if (this.currentTest?.isPending()) return;
    await sluice("down", "--yes", "--keep-cluster", ...session);
    removeStack();
  });

  it("leads each version of the front end to its own back end", async () => {
    await up();
    // Two rounds of requests as planned: the controller has taken all of it up.
    await sluiceJson("verify", ...session);
    const users = [startUsers(address, host), startUsers(address, host, 50, { Cookie: "beta=always" })];
    await new Promise((resolve) => setTimeout(resolve, 4000));
    const [everybody, chosen] = await Promise.all(users.map((one) => one.stop()));
    assert.ok(everybody && chosen);
    for (const visits of [everybody, chosen]) demandPaired(visits);
    assert.deepEqual([everybody.versions, chosen.versions], [["v1"], ["v2"]]);
  });

  it("refuses a weight that keeps nobody with a version, and says why", async () => {
    writeStack([set("canaryWeight", 10)], example);
    const { exitCode, stderr } = await sluice("preview", ...session);
    assert.equal(exitCode, 2);
    assert.match(stderr, /sluice:canaryWeight is 10: it must be 0 or 100 for several workloads without stickiness/);
  });

  it("keeps each user with one version while the weight moves", async () => {
    await up(...sticky, set("canaryWeight", 10));
    const visits = await whileVisiting(async () => {
      await up(...sticky, set("canaryWeight", 30));
      await up(...sticky, set("canaryWeight", 60));
    });
    demandPaired(visits);
    assert.deepEqual([visits.mixed, visits.versions], [0, ["v1", "v2"]]);
  });

  it("keeps the pairs through everybody, promotion and the way back", async () => {
    const visits = await whileVisiting(async () => {
      await shift("--weight", "100");
      await shift("--promote");
      const { exitCode, stdout, stderr } = await sluice("undo", "--yes", ...session);
      assert.equal(exitCode, 0, stdout + stderr);
    });
    demandPaired(visits);
    assert.deepEqual(visits.versions, ["v1", "v2"]);
  });

  it("ends a version without losing a request, front end first", async () => {
    const gone = [set("stable", "v2"), ...without("canary", "cookieMatch")];
    await up(...gone);
    const visits = await whileVisiting(() =>
      up(...gone, ...["frontend", "mqtt-server"].flatMap((name) => without(`workloads/${name}/versions/v1`))),
    );
    demandPaired(visits);
    assert.deepEqual(visits.versions, ["v2"]);
  });

  it("keeps the pairs from behind Ingresses to behind Gateway API, and there", async () => {
    await up();
    await up(set("router", "gateway"), set("ingressController", { kind: "traefik" }));
    const visits = await whileVisiting(async () => {
      await up(
        set("router", "gateway"),
        set("ingressController", { kind: "traefik" }),
        set("stable", "v2"),
        set("canary", "v3"),
      );
    });
    demandPaired(visits);
    assert.deepEqual(visits.versions, ["v1", "v2"]);
    const users = startUsers(address, host, 50, { Cookie: "beta=always" });
    await new Promise((resolve) => setTimeout(resolve, 4000));
    const chosen = await users.stop();
    demandPaired(chosen);
    assert.deepEqual(chosen.versions, ["v3"]);
  });
});
