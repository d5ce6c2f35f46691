import assert from "node:assert/strict";
import { UserError } from "../../../progress/user-error";
import { dashboardActions } from "../../../rollout/dashboard";
import { token, useDashboard } from "../support/dashboard-client";
import { FakeSource, dashboardData, rolloutView, only } from "../support/dashboard-source";

describe("dashboard actions", () => {
  let source: FakeSource;
  const dashboard = useDashboard(() => only((source = new FakeSource())));

  it("carries out an action that its own page sends", async () => {
    for (const action of ["pause", "abort", "promote"])
      assert.deepEqual(await dashboard.client.post(`/actions/${action}`, {}, '{"rollout":12}'), {
        status: 200,
        message: `Rollout 12: ${action} is done.`,
      });
    assert.deepEqual(source.acted, ["pause", "abort", "promote"]);
  });

  for (const [what, changes, status] of [
    ["another site's Origin", { origin: "http://evil.example" }, 403],
    ["the Origin of another port", { origin: "http://127.0.0.1:1" }, 403],
    ["Origin null, as a sandboxed frame has", { origin: "null" }, 403],
    ["no Origin", { origin: undefined }, 403],
    ["the right host by https", { origin: "https" }, 403],
    ["Sec-Fetch-Site: cross-site", { "sec-fetch-site": "cross-site" }, 403],
    ["Sec-Fetch-Site: same-site, as another port has", { "sec-fetch-site": "same-site" }, 403],
    ["no token", { "x-csrf-token": undefined }, 403],
    ["a token of another run", { "x-csrf-token": "token-of-that-run" }, 403],
    ["a token cut short", { "x-csrf-token": token.slice(1) }, 403],
    ["a form's content type", { "content-type": "application/x-www-form-urlencoded" }, 415],
    ["text that looks like JSON", { "content-type": "text/plain; application/json" }, 415],
    ["no content type", { "content-type": undefined }, 415],
  ] as const)
    it(`refuses an action with ${what}`, async () => {
      const origin =
        "origin" in changes && changes.origin === "https" ? { origin: `https://${dashboard.client.url.host}` } : {};
      assert.equal((await dashboard.client.post("/actions/pause", { ...changes, ...origin })).status, status);
      assert.deepEqual(source.acted, []);
    });

  for (const method of ["GET", "HEAD", "PUT", "DELETE", "OPTIONS"])
    it(`refuses an action by ${method}`, async () => {
      const { status, headers } = await dashboard.client.ask("/actions/pause", {
        method,
        headers: dashboard.client.goodHeaders(),
      });
      assert.deepEqual([status, headers.allow], [405, "POST"]);
      assert.equal(headers["access-control-allow-origin"], undefined);
      assert.deepEqual(source.acted, []);
    });

  it("knows no other action", async () => {
    const { status, message } = await dashboard.client.post("/actions/destroy");
    assert.deepEqual([status, message], [404, `Unknown action: it must be one of ${dashboardActions.join(", ")}.`]);
  });

  it("refuses an action that makes no sense now", async () => {
    const { status, message } = await dashboard.client.post("/actions/approve");
    assert.equal(status, 409);
    assert.equal(message, "Rollout 12 is Progressing, so approve isn't possible: only pause, abort, promote.");
    source.data = dashboardData({ rollout: rolloutView({ phase: "Succeeded", actions: [] }) });
    assert.match((await dashboard.client.post("/actions/pause")).message, /isn't possible: no action is\.$/);
    const { rollout: _, ...without } = dashboardData();
    source.data = without;
    assert.deepEqual(await dashboard.client.post("/actions/pause"), {
      status: 409,
      message: "There is no rollout to pause.",
    });
    assert.deepEqual(source.acted, []);
  });

  it("refuses an action that was meant for an earlier rollout", async () => {
    const { status, message } = await dashboard.client.post("/actions/promote", {}, '{"rollout":11}');
    assert.deepEqual([status, message], [409, "The action is for rollout 11, but the last rollout is 12."]);
    assert.deepEqual(source.acted, []);
  });

  for (const body of ["", "[]", "null", '{"rollout":"12"}', '{"action":"abort"}'])
    it(`refuses the body ${JSON.stringify(body)}`, async () => {
      assert.equal((await dashboard.client.post("/actions/pause", {}, body)).status, 400);
      assert.deepEqual(source.acted, []);
    });

  it("does one action at a time", async () => {
    let finish = () => {};
    const begun = new Promise<void>((resolve) => {
      source.onAct = () => {
        resolve();
        return new Promise((done) => (finish = done));
      };
    });
    const first = dashboard.client.post("/actions/pause");
    await begun;
    assert.deepEqual(await dashboard.client.post("/actions/abort"), {
      status: 409,
      message: "The action pause is still under way: try again.",
    });
    finish();
    assert.equal((await first).status, 200);
    source.onAct = () => {};
    assert.equal((await dashboard.client.post("/actions/abort")).status, 200);
  });

  it("says why an action could not be done, and takes the next one", async () => {
    source.onAct = () => Promise.reject(new UserError("Another driver has the lease."));
    assert.deepEqual(await dashboard.client.post("/actions/pause"), {
      status: 409,
      message: "Another driver has the lease.",
    });
    source.onAct = () => Promise.reject(new Error("connect ECONNREFUSED"));
    assert.deepEqual(await dashboard.client.post("/actions/pause"), { status: 500, message: "connect ECONNREFUSED" });
    source.onAct = () => {};
    assert.equal((await dashboard.client.post("/actions/pause")).status, 200);
  });
});
