import assert from "node:assert/strict";
import { parseStackConfig } from "../../../config";
import { checksumOf } from "../../../workloads/checksum";
import { parseDecided } from "../../../record/parse";
import { decideTraffic, explainDecision, withValues, type RolloutTraffic } from "../../../record/traffic";
import { layOut } from "../../../rollout/layout";
import { begin } from "../../../rollout/machine";
import { trafficOf, withStack } from "../../../rollout/stack";
import { stringify } from "yaml";
import { stackOfText } from "../../../engine/stack-file";
import { explainUndone } from "../../../record/undone";
import { evaluateProgram } from "../../../render/evaluate";
import { at, objectOf } from "../support/programs";
import { blueGreenStack, replicaRatioStack, smallStack, type RawConfig } from "../support/stacks";

/** A stack that names no canary; Pulumi passes numbers as texts, and maps as JSON. */
const file = smallStack({ "sluice:canary": undefined, "sluice:canaryWeight": undefined });
const asPassed: RawConfig = { ...file, "sluice:versions": JSON.stringify(file["sluice:versions"]) };
const [checksum = ""] = [parseStackConfig(file).versions["v2"]].map((version) => version && checksumOf(version));

const trial = { stable: "v1", canary: "v2", canaryWeight: 50, "versions.v2.replicas": 2 };
const promoted = { stable: "v2", canary: null, canaryWeight: null, "versions.v2.replicas": 2 };
const takenBack = { stable: "v1", canary: "v2", canaryWeight: 0, "versions.v2.replicas": 0 };
const before = { stable: "v1", canary: null, canaryWeight: null, "versions.v2.replicas": null };
const rolloutOf = (changes: Partial<RolloutTraffic> = {}): RolloutTraffic => ({
  ...{ id: 3, from: "v1", to: "v2", state: "under way", values: trial, before, checksum },
  ...changes,
});
const ended = rolloutOf({ state: "promoted", values: promoted });

describe("who decides about a stack's traffic", () => {
  const weightOf = (config: Readonly<Record<string, unknown>>) => config["sluice:canaryWeight"];

  it("is the stack's file where there was no rollout", () =>
    assert.deepEqual(decideTraffic(file, undefined, 2), { config: file, settled: 2 }));

  it("is named with what it left that the file has no use for any more", () => {
    const turned = smallStack({
      "sluice:canary": undefined,
      "sluice:canaryWeight": undefined,
      "sluice:rollout": { driver: "flagger", stepWeight: 20, metrics: [] },
    });
    const refused = (given: RawConfig, rollout?: RolloutTraffic) => {
      try {
        parseDecided(decideTraffic(given, rollout));
      } catch (error) {
        return (error as Error).message.split("\n");
      }
      return [];
    };
    const lines = refused(turned, rolloutOf({ state: "taken back", values: takenBack }));
    assert.match(lines.at(-1) ?? "", /^rollout 3 rolled back to v1; .*: write it with sluice settle$/);
    assert.ok(lines.length > 1, "and what is wrong stands before it");
    assert.deepEqual(refused(turned), []);
  });

  for (const [what, given] of [
    ["from before it", file],
    ["as Pulumi passes it", asPassed],
    ["that says something else meanwhile", smallStack({ "sluice:canaryWeight": 90 })],
  ] as const)
    it(`is a rollout that is under way, over a file ${what}`, () => {
      const decided = decideTraffic(given, rolloutOf(), 2);
      assert.deepEqual([weightOf(decided.config), decided.decides?.id, decided.settled], [50, 3, 2]);
      const { versions, plan } = parseStackConfig(decided.config);
      assert.deepEqual([versions["v2"]?.replicas, plan.strategy === "canary" && plan.stable], [2, "v1"]);
      assert.match(explainDecision(decided).join(), /^rollout 3 \(v1 → v2\) is under way and decides/);
    });

  it("is a finished rollout for as long as the file says what it said before", () => {
    const decided = decideTraffic(asPassed, ended);
    assert.deepEqual([decided.config["sluice:stable"], decided.settled], ["v2", 0]);
    assert.match(explainDecision(decided).join(), /^rollout 3 promoted v2; this stays in force until .*sluice settle/);
  });

  it("is the file once it says the same, or has said so", () => {
    const settled = withValues(file, promoted);
    assert.deepEqual(decideTraffic(settled, ended, 2), { config: settled, settled: 3 });
    for (const [rollout, known] of [
      [ended, 3],
      [{ ...ended, isSettled: true }, 0],
    ] as const)
      assert.deepEqual(decideTraffic(file, rollout, known), { config: file, settled: known });
  });

  it("is the file where somebody has changed it since, and the rollout is named", () => {
    const given = smallStack({ "sluice:canaryWeight": 20 });
    assert.deepEqual(decideTraffic(given, ended), { config: given, isPassedOver: ended, settled: 0 });
  });

  it("is the driver's own file, without a word and without settling anything", () => {
    const given = withValues(file, promoted);
    const decided = decideTraffic(given, { ...ended, isDriver: true }, 2);
    assert.deepEqual([decided.config, decided.settled, explainDecision(decided)], [given, 2, []]);
  });

  it("gives no pods to a version that the file does not have any more, and takes none", () => {
    const gone = withValues(file, { "versions.v0.replicas": 0, "colors.green": null });
    assert.deepEqual(gone, file);
  });
});

describe("what undoes a finished rollout", () => {
  const undone = (rollout: RolloutTraffic, config: RawConfig) => explainUndone(rollout, parseStackConfig(config));
  const back = rolloutOf({ state: "taken back", outcome: "it was bad", values: takenBack });

  it("is a file that takes users back from what it promoted, or sends them where it took them from", () => {
    assert.equal(undone(ended, smallStack()), "rollout 3 promoted v2, and this update would take users back to v1");
    const again = "rollout 3 rolled users back from v2 (it was bad), and this update would send them there again";
    assert.equal(undone(back, smallStack()), again);
    assert.equal(undone(back, smallStack({ "sluice:stable": "v2", "sluice:canary": "v1" })), again);
    assert.equal(undone(back, blueGreenStack({ "sluice:activeColor": "green" })), again);
    assert.equal(undone(back, replicaRatioStack()), again);
  });

  it("is neither another trial nor a version that was mended, nor a canary that nobody is sent to", () => {
    assert.equal(undone(ended, smallStack({ "sluice:stable": "v2", "sluice:canary": "v1" })), undefined);
    assert.equal(undone(back, smallStack({ "sluice:canaryWeight": 0 })), undefined);
    const versions = { v1: { image: "nginx:1" }, v2: { image: "nginx:2.1" } };
    assert.equal(undone(back, smallStack({ "sluice:versions": versions })), undefined);
    assert.equal(undone(back, blueGreenStack()), undefined);
  });
});

describe("a version with encrypted values", () => {
  const versionsWith = (password: unknown) => ({
    v1: { image: "nginx:1" },
    v2: { image: "nginx:2", env: { password } },
  });
  const stackWith = (password: unknown, changes: RawConfig = {}) =>
    smallStack({
      "sluice:versions": versionsWith(password),
      "sluice:rollout": { interval: "1s", stepWeight: 50 },
      ...changes,
    });
  const encrypting = (text: string) =>
    stackOfText(stringify({ config: stackWith({ secure: text }) }), "Pulumi.test.yaml", "test").config;

  /** What the record says once users were taken back from it. */
  function takenBackFrom(config: RawConfig): RolloutTraffic {
    const spec = withStack(layOut(parseStackConfig(config), "v2"), config, config);
    const done = {
      phase: "Failed",
      outcome: "it was bad",
      served: { kind: "stable" },
      activity: { kind: "done" },
    } as const;
    return JSON.parse(JSON.stringify(trafficOf({ ...begin(spec, 3, 0), ...done }))) as RolloutTraffic;
  }

  it("is known again decrypted, as Pulumi's program has it, and however it was encrypted anew", () => {
    const rollout = takenBackFrom(encrypting("v1:abc"));
    assert.doesNotMatch(JSON.stringify(rollout), /abc/);
    for (const config of [encrypting("v1:xyz"), stackWith("hunter2")])
      assert.match(explainUndone(rollout, parseStackConfig(config)) ?? "", /rolled users back from v2/);
  });

  it("is another one if anything else of it has changed", () => {
    const versions = { ...versionsWith("hunter2"), v2: { image: "nginx:2.1", env: { password: "hunter2" } } };
    const config = stackWith("hunter2", { "sluice:versions": versions });
    assert.equal(explainUndone(takenBackFrom(encrypting("v1:abc")), parseStackConfig(config)), undefined);
  });
});

describe("the program beside a rollout", () => {
  const run = (config: RawConfig, rollout: RolloutTraffic, lastOutputs = {}) =>
    evaluateProgram({ stack: "test", config, rollout, lastOutputs });
  const weight = ["metadata", "annotations", "nginx.ingress.kubernetes.io/canary-weight"] as const;

  it("keeps the traffic where the rollout has it, and says so", async () => {
    const program = await run(file, rolloutOf());
    assert.equal(at(objectOf(program, "Ingress", "nginx-canary").inputs, ...weight), "50");
    assert.deepEqual(program.outputs["traffic"], [
      "http://www.test.com/: 50% v1, 50% v2",
      "rollout 3 (v1 → v2) is under way and decides about the traffic, not the stack's file",
    ]);
    assert.equal(program.outputs["settledRollout"], undefined);
  });

  it("remembers that the file has said what the rollout brought, and lets the file decide from then on", async () => {
    const { outputs } = await run(withValues(file, promoted), ended);
    assert.equal(outputs["settledRollout"], 3);
    const later = await run(smallStack(), ended, outputs);
    assert.equal(at(objectOf(later, "Ingress", "nginx-canary").inputs, ...weight), "10");
    assert.equal(later.outputs["settledRollout"], 3);
  });

  it("does not take a file for settled that undoes the rollout", async () => {
    assert.equal((await run(smallStack(), ended)).outputs["settledRollout"], undefined);
    const other = smallStack({ "sluice:stable": "v2", "sluice:canary": "v1" });
    assert.equal((await run(other, ended)).outputs["settledRollout"], 3);
  });
});
