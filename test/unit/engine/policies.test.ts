import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { EngineEvent } from "@pulumi/pulumi/automation";
import * as pulumi from "@pulumi/pulumi";
import { policyRun } from "../../../engine/policies";

describe("the policies on what a preview shows", () => {
  const folder = mkdtempSync(join(tmpdir(), "sluice-policies-"));
  after(() => rmSync(folder, { recursive: true }));

  const runWith = (config: object) => {
    const file = join(folder, "config.json");
    writeFileSync(file, JSON.stringify(config));
    return policyRun("development", file);
  };
  const pinned = { all: "disabled", "image-is-pinned": "mandatory" };
  const deployment = (image: string, op = "create", isGone = false) => {
    const type = "kubernetes:apps/v1:Deployment";
    const urn = `urn:pulumi:dev::sluice::sluice:workload:Versioned$${type}::shop`;
    const state = {
      inputs: {
        apiVersion: "apps/v1",
        kind: "Deployment",
        metadata: { name: "shop", namespace: "demo" },
        spec: { template: { spec: { containers: [{ name: "shop", image }] } } },
      },
    };
    const metadata = { op, urn, type, ...(isGone ? { old: state } : { new: state }) };
    return { resourcePreEvent: { metadata } } as unknown as EngineEvent;
  };
  const violationsOf = async (config: object, ...events: readonly EngineEvent[]) => {
    const run = runWith(config);
    events.forEach(run.onEvent);
    await run.check();
    return run.violations;
  };

  it("are the pack's own, by its config", async () => {
    const [violation, ...others] = await violationsOf(pinned, deployment("shop:latest"));
    assert.deepEqual(others, []);
    assert.deepEqual(
      [violation?.policy, violation?.level, violation?.object],
      ["image-is-pinned", "mandatory", "Deployment shop"],
    );
    assert.deepEqual(await violationsOf({ all: "disabled" }, deployment("shop:latest")), []);
    assert.deepEqual(await violationsOf(pinned, deployment("shop:1.2.3")), []);
  });

  it("look at what stays as it is as well, at what is replaced once, and at nothing that goes", async () => {
    assert.equal((await violationsOf(pinned, deployment("shop:latest", "same"))).length, 1);
    const replaced = ["create-replacement", "replace"].map((op) => deployment("shop:latest", op));
    assert.equal((await violationsOf(pinned, ...replaced)).length, 1);
    assert.deepEqual(await violationsOf(pinned, deployment("shop:latest", "delete", true)), []);
  });

  it("advise where only the update can tell a value", async () => {
    const [violation] = await violationsOf(pinned, deployment(pulumi.runtime.unknownValue));
    assert.deepEqual([violation?.policy, violation?.level], ["image-is-pinned", "advisory"]);
    assert.match(violation?.message ?? "", /could not be checked yet: image is known once the update has been made/);
  });

  it("are left to Pulumi where they mend objects, which has to change what it makes", async () => {
    const config = { ...pinned, "recommended-labels": "remediate" };
    assert.deepEqual(await violationsOf(config, deployment("shop:latest")), []);
    assert.equal(runWith(config).options.policyPacks?.length, 1);
    assert.deepEqual(runWith(pinned).options, {});
  });
});
