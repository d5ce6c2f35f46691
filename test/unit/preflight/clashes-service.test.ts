import assert from "node:assert/strict";
import { findClashes } from "../../../preflight/clashes";
import { clashes } from "../../../routers/service/clashes";
import type { Manifest } from "../../../render/manifest";
import { FakeObjects, situationOf } from "../support/fake-objects";
import { manifest } from "../support/manifests";
import { blueGreenService, smallStack } from "../support/stacks";

const service = (name: string, nodePort: number, namespace = "other"): Manifest =>
  manifest("Service", name, { namespace, spec: { type: "NodePort", ports: [{ port: 80, nodePort }] } });

const twoPorts = blueGreenService({ "sluice:service": { nodePort: 30080, previewNodePort: 30081 } });

describe("clashes of router service", () => {
  let live: FakeObjects;
  beforeEach(() => (live = new FakeObjects()));

  it("refuses a port that another Service has, the preview's too", async () => {
    live.put(service("first", 30080), service("second", 30081));
    const { problems } = await findClashes(clashes, await situationOf(twoPorts, live));
    assert.deepEqual(
      problems?.map(({ key, value, allowed }) => [key, value, /: (.*) has it/.exec(allowed)?.[1]]),
      [
        ["service.nodePort", 30080, "Service other/first"],
        ["service.previewNodePort", 30081, "Service other/second"],
      ],
    );
  });

  it("takes the ports that the stack's Services have already", async () => {
    live.put(service("nginx", 30080, "demo"), service("nginx-preview", 30081, "demo"));
    assert.deepEqual((await findClashes(clashes, await situationOf(twoPorts, live))).problems, []);
  });

  it("refuses the port of an old Service of the stack's own, which has it until the update's end", async () => {
    live.put(service("old", 30080, "demo"));
    const { problems } = await findClashes(clashes, await situationOf(twoPorts, live, () => true));
    assert.equal(problems?.length, 1);
  });

  it("asks nothing where the stack has no such port", async () => {
    await findClashes(clashes, await situationOf(smallStack(), live));
    assert.deepEqual(live.calls, []);
  });
});
