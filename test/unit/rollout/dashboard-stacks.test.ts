import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";
import { isDeepStrictEqual } from "node:util";
import { useDashboard } from "../support/dashboard-client";
import { FakeSource, dashboardData } from "../support/dashboard-source";

describe("a dashboard of several stacks", () => {
  let dev: FakeSource;
  let prod: FakeSource;
  const dashboard = useDashboard(() => {
    [dev, prod] = [new FakeSource(), new FakeSource()];
    prod.data = { ...dashboardData(), stack: "prod" };
    return new Map([
      ["dev", dev],
      ["prod", prod],
    ]);
  });

  /** The first event of a new connection. */
  async function event(path: string): Promise<{ stack: string; stacks: unknown }> {
    const response = await dashboard.client.open(path);
    for await (const chunk of response.setEncoding("utf8") as AsyncIterable<string>) {
      response.destroy();
      return JSON.parse(/^data: (.*)$/m.exec(chunk)?.[1] ?? "") as { stack: string; stacks: unknown };
    }
    return assert.fail("no event");
  }

  const rollout = { from: "v1", to: "v2", phase: "Progressing", weight: 30 };

  it("sends a page the data of its stack, and how all are doing", async () => {
    assert.equal((await event("/events")).stack, "dev");
    assert.equal((await event("/events?stack=prod")).stack, "prod");
    prod.onRead = () => Promise.reject(new Error("no route to host"));
    const failing = [
      { stack: "dev", rollout },
      { stack: "prod", problem: "no route to host" },
    ];
    for (let stacks: unknown; !isDeepStrictEqual(stacks, failing); await sleep(50))
      ({ stacks } = await event("/events?stack=dev"));
  });

  it("lets no stack that doesn't answer hold up another", async () => {
    prod.onRead = () => new Promise(() => {});
    assert.deepEqual((await event("/events?stack=dev")).stacks, [{ stack: "dev", rollout }, { stack: "prod" }]);
  });

  it("acts on the stack that is meant, the first one if none is", async () => {
    for (const body of ["{}", '{"stack":"prod","rollout":12}'])
      assert.equal((await dashboard.client.post("/actions/pause", {}, body)).status, 200);
    assert.deepEqual([dev.acted, prod.acted], [["pause"], ["pause"]]);
  });

  it("says which stacks it shows", async () => {
    const { status, body } = await dashboard.client.ask("/events?stack=staging");
    assert.deepEqual([status, body], [404, '{"message":"This dashboard shows dev, prod, not staging."}']);
    const answer = await dashboard.client.post("/actions/pause", {}, '{"stack":"staging"}');
    assert.deepEqual(answer, { status: 404, message: "This dashboard does not show the stack staging." });
  });
});
