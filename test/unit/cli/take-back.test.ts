import assert from "node:assert/strict";
import { clusterApi } from "../../../cluster/api";
import { StackMover } from "../../../cli/rollout/mover";
import { keepPromoted, takeUsersBack } from "../../../cli/rollout/take-back";
import type { Session } from "../../../cli/session";
import { parseStackConfig } from "../../../config";
import { layOut } from "../../../rollout/layout";
import { begin } from "../../../rollout/machine";
import { withStack } from "../../../rollout/stack";
import type { RolloutState } from "../../../rollout/state";
import { RolloutRecords } from "../../../rollout/store/records";
import { fakeApi } from "../support/fake-api";
import { smallStack } from "../support/stacks";

const weight = "nginx.ingress.kubernetes.io/canary-weight";
const canary = "ingresses/demo/nginx-canary";
const mainline = "services/demo/nginx";

describe("taking users back", () => {
  const fake = fakeApi();
  const session = () => ({ choice: { cluster: () => fake().cluster } }) as unknown as Session;

  /** A rollout of which half of the users are on the canary. */
  async function underWay(changes: Partial<RolloutState> = {}) {
    const config = smallStack({ "sluice:rollout": { interval: "1s", stepWeight: 50 } });
    const spec = withStack(layOut(parseStackConfig(config), "v2"), config, config);
    const served = { kind: "trial", step: 1 } as const;
    const state: RolloutState = { ...begin(spec, 1, Date.now()), phase: "Progressing", step: 1, served, ...changes };
    fake().api.put(mainline, { spec: { selector: { app: "nginx", version: "v1" } } });
    fake().api.put(canary, { metadata: { annotations: { [weight]: "50" } } });
    const api = clusterApi(fake().cluster);
    const records = new RolloutRecords(api, "dev", "demo");
    await records.save(state);
    return { state, opened: { api, records, at: { stack: "dev", namespace: "demo" } } };
  }
  const weightNow = () => fake().api.objects.get(canary)?.metadata.annotations?.[weight];

  /** What moves users for a driver. */
  function driver({ api, records }: Awaited<ReturnType<typeof underWay>>["opened"]) {
    const audience = {
      report: () => undefined,
      onPreview: () => undefined,
      onNotice: () => undefined,
      onComplaint: () => undefined,
    };
    const options = { stack: "dev", requests: 1 };
    return new StackMover(session(), api, options, audience, (_, __, work) => work(), records);
  }

  it("asks for an abort first, then patches the routes, and needs neither lease nor driver", async () => {
    const { state, opened } = await underWay();
    const before = fake().api.requests.length;
    // What is right already is not written, and what was asked is not asked again.
    for (let tries = 0; tries < 2; tries += 1) await takeUsersBack(session(), opened, state, "ann");
    assert.equal(weightNow(), "0");
    assert.deepEqual(
      fake()
        .api.requests.slice(before)
        .filter((request) => !request.startsWith("GET")),
      ["PATCH configmaps/demo/sluice-rollout-dev-1", `PATCH ${canary}`],
    );
    assert.deepEqual((await opened.records.notes(1)).pending, [{ command: "abort", by: "ann" }]);
  });

  it("is not undone by a driver that was about to move users on: before its patch, or while it is sent", async () => {
    for (const moment of ["before", "meanwhile"] as const) {
      const { state, opened } = await underWay();
      const takeBack = () => takeUsersBack(session(), opened, state, "ann");
      if (moment === "before") await takeBack();
      const ending = new AbortController();
      let isSending = moment === "meanwhile";
      fake().api.before = async (method, key) => {
        if (!isSending || method !== "PATCH" || key !== canary) return;
        // The driver has looked and found nothing; its patch is on its way.
        isSending = false;
        await takeBack();
      };
      const moving = driver(opened).update(state, { kind: "trial", step: 2 }, ending.signal);
      const heard = new Error("the driver has heard");
      fake().api.after = (method, key) => {
        const isLook = method === "GET" && key.startsWith("configmaps") && !isSending && weightNow() === "0";
        if (isLook) setImmediate(() => ending.abort(heard));
      };
      await assert.rejects(moving, heard);
      assert.equal(weightNow(), "0", moment);
      fake().api.after = () => undefined;
      fake().api.before = () => undefined;
      await opened.records.remove();
    }
  });

  it("leaves users with what has succeeded, and can give it back to them", async () => {
    const { state, opened } = await underWay({ phase: "Succeeded", activity: { kind: "done" } });
    await assert.rejects(takeUsersBack(session(), opened, state, "ann"), /Succeeded.*go back with sluice undo/);
    assert.equal(weightNow(), "50");
    await keepPromoted(session(), opened, state);
    assert.deepEqual(fake().api.objects.get(mainline)?.["spec"], { selector: { app: "nginx", version: "v2" } });
  });
});
