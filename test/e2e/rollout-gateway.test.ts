import assert from "node:assert/strict";
import type { UpdateResult } from "../../engine/engine";
import { sluice, sluiceJson, useLab, whyNoLab } from "./support/lab";
import { answersOf, startLoad } from "./support/load";
import { setMood } from "./support/mood";
import { lastRollout, RunningRollout } from "./support/rollouts";
import { removeStack, sessionOptions, set, without, writeStack } from "./support/stack";

const minutes = 60_000;
const host = "gateway-rollout.test";
const namespace = "gateway-rollout";

describe("a rollout behind Traefik's Gateway on the lab", function () {
  this.timeout(10 * minutes);
  const session = sessionOptions();

  before(async function () {
    await useLab(this, whyNoLab(), "traefik", "gateway-api");
  });

  after(async function () {
    if (this.currentTest?.isPending()) return;
    await sluice("down", "--yes", "--keep-cluster", ...session);
    removeStack();
  });

  it("takes users back between two rounds, by what Traefik counts of each version", async () => {
    writeStack(
      [
        ...without("rollout/metrics", "rollout/prometheus"),
        set("router", "gateway"),
        set("host", host),
        set("namespace", namespace),
        set("rollout/interval", "5m"),
        set("rollout/threshold", 1),
      ],
      "test/e2e/support/rollout-stack.yaml",
    );
    const { outputs } = await sluiceJson<UpdateResult>("up", "--yes", ...session);
    const address = outputs.address ?? assert.fail("the stack has no address");
    const load = startLoad(address, host, { seconds: 2 });
    const running = new RunningRollout(["rollout", "--to", "v2", "--yes", ...session]);
    await running.until(({ step }) => step === 1);
    await setMood(namespace, "app=shop,version=v2", { errors: 1 });
    assert.equal((await running.end()).exitCode, 1, running.notices.join("\n"));
    await load.stop();
    const { outcome = "", rounds } = await lastRollout(session);
    assert.match(
      outcome,
      /^1 of 1 failed rounds: .* requests on v2 failed in this step, .*: worse than 1\.5 times v1's/,
    );
    assert.equal(rounds.filter(({ step }) => step === 1).length, 1);
    assert.deepEqual(answersOf(await startLoad(address, host).stop()), ["v1"]);
  });
});
