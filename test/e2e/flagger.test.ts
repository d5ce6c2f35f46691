import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";
import { isDeepStrictEqual } from "node:util";
import type { UpdateResult } from "../../engine/engine";
import type { Verdict } from "../../traffic/verdict";
import { ask } from "./support/ask";
import { exampleFile } from "./support/example";
import { assertAsFound, kubectl, objectsInCluster, sluice, sluiceJson, untilSo, useLab, whyNoLab } from "./support/lab";
import { deployPrometheus, removePrometheus } from "./support/prometheus";
import { removeStack, sessionOptions, set, writeStack, type StackChange } from "./support/stack";

const minutes = 60_000;
const host = "app.example.com";

describe("a stack whose rollouts Flagger drives, on the lab", function () {
  this.timeout(10 * minutes);

  const session = sessionOptions();
  const probes = { path: "/healthz" };
  const small: readonly StackChange[] = [
    set("namespace", "flagged"),
    ...["blue", "green"].flatMap((color) => [
      set(`versions/${color}/replicas`, 2),
      set(`versions/${color}/probes`, probes),
    ]),
  ];
  let address = "";
  let found: string[] = [];
  const edit = (...changes: readonly StackChange[]) => writeStack([...small, ...changes], exampleFile("flagger"));
  const up = () => sluiceJson<UpdateResult>("up", "--yes", ...session);

  before(async function () {
    await useLab(this, whyNoLab(), "ingress-nginx", "flagger", "prometheus");
    found = await objectsInCluster();
  });

  after(removeStack);

  it("comes up with Flagger, and is up once Flagger has made what users come by", async () => {
    edit();
    const { outputs } = await up();
    address = outputs.address ?? "";
    assert.equal((await canary()).status.phase, "Initialized");
    assert.ok((await sluiceJson<Verdict>("verify", ...session)).asPlanned);
    await untilSo("the autoscaler has made all pods of the primary, and none of the canary", async () =>
      isDeepStrictEqual(await podsOf(["podinfo", "podinfo-primary"]), [0, 2]),
    );
  });

  it("has nothing to change when it is brought up again", async () => {
    assert.deepEqual((await up()).changes, []);
  });

  it("walks to the next version by a change of stable, without a failed request", async () => {
    const users = startUsers(address);
    edit(set("stable", "green"));
    await up();
    let midway: Promise<UpdateResult> | undefined;
    const weights = await untilPhase("Succeeded", (weight) => {
      if (weight === 40) midway = up();
    });
    // In the midst of it the stack has nothing to say about what Flagger owns.
    assert.deepEqual((await midway)?.changes, []);
    const answers = await users.stop();
    assert.deepEqual(Object.keys(answers).sort(), ["200 blue", "200 green"], JSON.stringify(answers));
    assert.deepEqual(
      weights.filter((weight) => weight > 0),
      [20, 40, 60, 80, 100],
    );
    assert.ok((await sluiceJson<Verdict>("verify", ...session)).asPlanned);
    assert.deepEqual((await up()).changes, []);
  });

  it("is judged by ingress-nginx's metrics: a version with errors goes back, a good one gets on", async () => {
    const url = await deployPrometheus("ingress-nginx");
    const bad = { image: "registry.lab/moody:1", port: 8080, env: { VERSION: "bad", ERROR_RATE: 0.5 }, probes };
    const checks = [
      { name: "request-success-rate", thresholdRange: { min: 99 } },
      { name: "request-duration", thresholdRange: { max: 500 } },
    ];
    const rollout = [
      set("rollout/prometheus", { url }),
      set("rollout/metrics", checks),
      set("rollout/threshold", 2),
      set("versions/bad", { ...bad, replicas: 2 }),
    ];
    const users = startUsers(address);
    edit(...rollout, set("stable", "bad"));
    await up();
    const weights = await untilPhase("Failed");
    // What ends the trial is ended by the next request at the latest.
    await sleep(2000);
    const answers = await users.stop();
    assert.deepEqual(Object.keys(answers).sort(), ["200 bad", "200 green", "500 bad"], JSON.stringify(answers));
    assert.equal(Math.max(...weights), 20);
    const later = await ask(address, new Array<{ host: string }>(20).fill({ host }));
    assert.deepEqual([...new Set(later.map(({ status, body }) => `${status} ${body.trim()}`))], ["200 green"]);
    const events = await kubectl("get", "events", "-n", "flagged", "--field-selector", "involvedObject.name=podinfo");
    assert.match(events, /advancement success rate \d+\.\d+% < 99%/);

    // The version that users have is nothing new for Flagger.
    edit(...rollout, set("stable", "green"));
    await up();
    assert.ok((await sluiceJson<Verdict>("verify", ...session)).asPlanned);

    const again = startUsers(address);
    edit(...rollout, set("stable", "blue"));
    await up();
    await untilPhase("Succeeded");
    assert.deepEqual(Object.keys(await again.stop()).sort(), ["200 blue", "200 green"]);
    assert.ok((await sluiceJson<Verdict>("verify", ...session)).asPlanned);
  });

  it("leaves the cluster as it was found", async () => {
    await removePrometheus("ingress-nginx");
    const { exitCode, stdout, stderr } = await sluice("down", "--yes", "--keep-cluster", ...session);
    assert.equal(exitCode, 0, stdout + stderr);
    // Flagger's chart says so by helm.sh/resource-policy: others may have objects of these kinds.
    const kept = ["alertproviders", "canaries", "metrictemplates"];
    await assertAsFound([
      ...found,
      ...kept.map((kind) => `customresourcedefinition.apiextensions.k8s.io/${kind}.flagger.app`),
    ]);
  });
});

interface Canary {
  readonly status: { readonly phase?: string; readonly canaryWeight?: number };
}

async function canary(): Promise<Canary> {
  return JSON.parse(await kubectl("get", "canary", "podinfo", "-n", "flagged", "-o", "json")) as Canary;
}

/** Waits until a rollout has begun and come to its end, and returns the weights on the way. */
async function untilPhase(end: string, look?: (weight: number) => void): Promise<number[]> {
  const weights: number[] = [];
  const deadline = Date.now() + 5 * minutes;
  let hasBegun = false;
  for (;;) {
    const { phase = "", canaryWeight = 0 } = (await canary()).status;
    hasBegun ||= phase === "Progressing";
    if (hasBegun && weights.at(-1) !== canaryWeight) {
      weights.push(canaryWeight);
      look?.(canaryWeight);
    }
    if (hasBegun && ["Succeeded", "Failed"].includes(phase)) {
      assert.equal(phase, end);
      return weights;
    }
    assert.ok(Date.now() < deadline, `the rollout is ${phase} at ${canaryWeight}`);
    await sleep(1000);
  }
}

/** The number of pods that each Deployment is to have. */
async function podsOf(names: readonly string[]): Promise<number[]> {
  return Promise.all(
    names.map(async (name) =>
      Number(await kubectl("get", "deployment", name, "-n", "flagged", "-o", "jsonpath={.spec.replicas}")),
    ),
  );
}

/** Users who ask ten at a time, all the time, until stopped; what they were answered, and how often. */
function startUsers(address: string): { stop(): Promise<Record<string, number>> } {
  const answers: Record<string, number> = {};
  let isRunning = true;
  const running = (async () => {
    while (isRunning) {
      for (const { status, body } of await ask(address, new Array<{ host: string }>(10).fill({ host }))) {
        const answer = `${status} ${body.trim()}`;
        answers[answer] = (answers[answer] ?? 0) + 1;
      }
      await sleep(500);
    }
  })();
  return {
    stop: async () => {
      isRunning = false;
      await running;
      return answers;
    },
  };
}
