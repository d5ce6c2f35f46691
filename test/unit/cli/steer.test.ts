import assert from "node:assert/strict";
import { chmodSync } from "node:fs";
import { userInfo } from "node:os";
import { clusterApi } from "../../../cluster/api";
import { parseStackConfig } from "../../../config";
import { layOut } from "../../../rollout/layout";
import { begin } from "../../../rollout/machine";
import { withStack } from "../../../rollout/stack";
import type { RolloutState } from "../../../rollout/state";
import { RolloutRecords } from "../../../rollout/store/records";
import { startSluice } from "../support/command-line";
import { fakeApi } from "../support/fake-api";
import { temporaryFolder, writeInto } from "../support/folders";
import { smallStack } from "../support/stacks";

const recordKey = "configmaps/demo/sluice-rollout-nowhere-1";

describe("a rollout whose stack has no file, and that nobody drives", function () {
  this.timeout(60_000);
  const fake = fakeApi();
  const stateNow = () =>
    JSON.parse((fake().api.objects.get(recordKey)?.["data"] as { state: string }).state) as RolloutState;
  const folder = temporaryFolder();
  // A Pulumi that fails at anything: what is tried must not need it.
  before(() => {
    const file = writeInto(folder, "pulumi", '#!/bin/sh\n[ "$1" = version ] && echo v3.276.0\n');
    chmodSync(file, 0o755);
  });
  const noPulumi = () => ({ HOME: folder, PATH: folder, XDG_CACHE_HOME: folder, XDG_STATE_HOME: folder });
  const steer = (action: string) =>
    startSluice(
      { ...noPulumi(), KUBECONFIG: fake().cluster.kubeconfig },
      action,
      "--stack",
      "nowhere",
      "--context",
      "fake",
    );

  beforeEach(async () => {
    const config = smallStack({ "sluice:rollout": { interval: "60s", stepWeight: 50 } });
    const spec = withStack(layOut(parseStackConfig(config), "v2"), config, config);
    const records = new RolloutRecords(clusterApi(fake().cluster), "nowhere", "demo");
    const activity = { kind: "sleep", until: Date.now() + 60_000, next: { kind: "round", type: "rollout" } } as const;
    const place = { address: "127.0.0.1", port: 9 };
    await records.save({ ...begin(spec, 1, Date.now(), place), phase: "Progressing", activity, pausedBy: "ann" });
  });

  it("is paused by its record", async () => {
    const records = new RolloutRecords(clusterApi(fake().cluster), "nowhere", "demo");
    const state = (await records.takeOver()) ?? assert.fail();
    await records.save({ ...state, pausedBy: undefined });
    const { exitCode, stdout, stderr } = await steer("pause");
    assert.deepEqual([exitCode, stdout.split("\n").at(-1)], [0, "rollout 1 is paused and has no driver"], stderr);
    assert.match(stderr, /^rollout 1 to v2 is Progressing at step 0 of 2, with no driver since/);
    assert.ok(stateNow().pausedBy);
  });

  for (const action of ["resume", "promote"] as const)
    it(`is driven on by ${action}`, async () => {
      const driving = steer(action);
      fake().api.after = (method, key) => {
        // What is stored is shown before the driver looks for commands.
        if (method !== "GET" || key !== recordKey || stateNow().pausedBy !== undefined) return;
        fake().api.after = () => undefined;
        driving.kill("SIGTERM");
      };
      const { exitCode, stderr } = await driving;
      assert.equal(exitCode, 130, stderr);
      assert.match(stderr, /interrupted; rollout 1 is Progressing at step 0 of 2, and has no driver/);
      assert.deepEqual([stateNow().pausedBy, stateNow().hurried], [undefined, action === "promote"]);
    });

  it("heeds nothing that was asked more than ten minutes ago, and says so", async () => {
    const asked = `command-${Date.now() - 601_000}-x`;
    const record = fake().api.objects.get(recordKey) ?? assert.fail();
    const data = record["data"] as Record<string, string>;
    fake().api.put(recordKey, { ...record, data: { ...data, [asked]: '{"command":"abort","by":"bob"}' } });
    const driving = steer("resume");
    const isStored = () => asked in (fake().api.objects.get(recordKey)?.["data"] as object);
    fake().api.after = (method, key) => {
      // The look after the one that has removed it.
      if (method === "GET" && key === recordKey && !isStored()) driving.kill("SIGTERM");
    };
    const { exitCode, stdout, stderr } = await driving;
    assert.equal(exitCode, 130, stderr);
    assert.match(stderr, /no driver since .*; abort, asked by bob, has expired: run it again/);
    assert.match(stdout, /the command abort of bob expired after 10 minutes without a driver: run it again/);
    assert.equal(stateNow().phase, "Progressing");
  });

  it("is aborted by its routes first of all, while the API server is busy and Pulumi is broken", async () => {
    const weight = "nginx.ingress.kubernetes.io/canary-weight";
    const canary = "ingresses/demo/nginx-canary";
    fake().api.put(canary, { metadata: { annotations: { [weight]: "50" } } });
    const opened = new RolloutRecords(clusterApi(fake().cluster), "nowhere", "demo");
    const { place: _, ...state } = (await opened.takeOver()) ?? assert.fail();
    await opened.save({ ...state, step: 1, served: { kind: "trial", step: 1 } });
    const before = fake().api.requests.length;
    let refusals = 6;
    fake().api.before = () => (refusals-- > 0 ? 503 : undefined);
    const { exitCode, stdout, stderr } = await steer("abort");
    assert.equal(exitCode, 0, stderr);
    assert.match(stderr, /^the cluster does not answer; the abort continues once it does: .*503/);
    assert.match(stdout, /the routes are patched: users are back on v1\n/);
    assert.equal(fake().api.objects.get(canary)?.metadata.annotations?.[weight], "0");
    const requests = fake().api.requests.slice(before);
    const [patch, lease] = [requests.indexOf(`PATCH ${canary}`), requests.findIndex((one) => / leases/.test(one))];
    assert.ok(patch >= 0 && patch < lease, requests.join("\n"));
    assert.deepEqual([stateNow().phase, stateNow().outcome], ["Failed", `aborted by ${userInfo().username}`]);
    assert.match(stdout, /users get what they should, but Pulumi's state is behind/);
  });

  it("is aborted though it goes back already, as its driver may have been killed on the way", async () => {
    const opened = new RolloutRecords(clusterApi(fake().cluster), "nowhere", "demo");
    const { place: _, ...state } = (await opened.takeOver()) ?? assert.fail();
    const ending = { phase: "Failed", outcome: "aborted by ann" } as const;
    const activity = { kind: "update", routing: { kind: "stable" }, attempt: 1, ending } as const;
    await opened.save({ ...state, step: 1, served: { kind: "trial", step: 1 }, outcome: ending.outcome, activity });
    const { exitCode, stderr } = await steer("abort");
    assert.equal(exitCode, 0, stderr);
    assert.deepEqual([stateNow().phase, stateNow().outcome], [ending.phase, ending.outcome]);
  });
});
