import assert from "node:assert/strict";
import { once } from "node:events";
import { runSteps } from "../../../cli/progress";
import type { Session } from "../../../cli/session";
import { withStackLease } from "../../../cli/stack-lease";
import { TakenError } from "../../../rollout/store/lease";
import { fakeApi } from "../support/fake-api";
import { leaseKey } from "../rollout/store/lease-bench";

describe("a command that changes a stack", () => {
  const fake = fakeApi();
  const session = (stack = "dev") =>
    ({
      file: { stack },
      choice: { cluster: () => fake().cluster },
      config: () => ({ namespace: "demo" }),
    }) as unknown as Session;
  const doing = () => {
    const lease = fake().api.objects.get(leaseKey);
    return lease?.metadata.annotations?.["sluice.dev/doing"];
  };

  it("has the stack's lease meanwhile, which says what it does, and not after that", async () => {
    assert.equal(await withStackLease(session(), "up", () => Promise.resolve(doing())), "up");
    assert.equal(doing(), undefined);
    await assert.rejects(
      withStackLease(session(), "up", () => Promise.reject(new Error("failed"))),
      /^Error: failed$/,
    );
    assert.equal(doing(), undefined);
  });

  it("lets other stacks be changed, and nobody else change this one", async () => {
    await withStackLease(session(), "shift", async () => {
      assert.equal(await withStackLease(session("prod"), "up", () => Promise.resolve("done")), "done");
      let ran = false;
      const second = withStackLease(session(), "up", () => Promise.resolve((ran = true)));
      await assert.rejects(second, (error: Error) => {
        assert.ok(error instanceof TakenError);
        assert.match(
          error.message,
          /is changing the stack dev right now with sluice shift: wait until that has ended$/,
        );
        return true;
      });
      assert.equal(ran, false);
    });
  });

  it("ends what it is doing once somebody else has taken the stack, and begins nothing more", async () => {
    let begun = 0;
    const step = {
      title: "Update",
      run: async ({ signal }: { signal: AbortSignal }) => {
        begun += 1;
        const lease = fake().api.objects.get(leaseKey) ?? assert.fail("there is no lease");
        fake().api.put(leaseKey, { ...lease, spec: { holderIdentity: "bob@elsewhere:1" } });
        await once(signal, "abort");
        signal.throwIfAborted();
        return undefined;
      },
    };
    await assert.rejects(
      withStackLease(session(), "up", async () => {
        await assert.rejects(runSteps([step], { json: true }), TakenError);
        await runSteps([step], { json: true });
      }),
      /bob@elsewhere:1 has taken over the stack dev/,
    );
    assert.equal(begun, 1);
    assert.equal(
      (fake().api.objects.get(leaseKey)?.["spec"] as { holderIdentity: string }).holderIdentity,
      "bob@elsewhere:1",
    );
  });
});
