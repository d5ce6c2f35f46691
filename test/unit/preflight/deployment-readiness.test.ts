import assert from "node:assert/strict";
import { deploymentReadiness } from "../../../preflight/deployment-readiness";
import { manifest } from "../support/manifests";

type Fields = Record<string, unknown>;

const live = (status: Fields, spec: Fields = { replicas: 3 }, generation = 2) => {
  const object = manifest("Deployment", "a", { spec, status });
  return { ...object, metadata: { ...object.metadata, generation } };
};
const rolled = { observedGeneration: 2, replicas: 3, updatedReplicas: 3, availableReplicas: 3 };
const stuck = [{ type: "Progressing", status: "False", reason: "ProgressDeadlineExceeded", message: "timed out" }];

/** A live Deployment, and what it waits for; nothing where it is ready. */
const cases: Record<string, [ReturnType<typeof live>, RegExp | undefined]> = {
  "one that is rolled out": [live(rolled), undefined],
  "one of no pods": [live({ observedGeneration: 2 }, { replicas: 0 }), undefined],
  "one that was not seen yet": [live(rolled, { replicas: 3 }, 3), /not seen the change/],
  "one without status": [live({}), /not seen the change/],
  "one that is half new": [live({ ...rolled, updatedReplicas: 1 }), /1 of 3 pods are new/],
  "one with old pods": [live({ ...rolled, replicas: 4 }), /1 old pods/],
  "one that is not available": [live({ ...rolled, availableReplicas: 2 }), /2 of 3 pods are ready/],
};

describe("deploymentReadiness", () => {
  for (const [title, [object, expected]] of Object.entries(cases))
    it(`${expected ? "waits for" : "is content with"} ${title}`, () => {
      const { waitingFor, isFinal } = deploymentReadiness(object);
      assert.equal(isFinal, false);
      if (expected) assert.match(waitingFor ?? "", expected);
      else assert.equal(waitingFor, undefined);
    });

  it("gives one up whose rollout exceeded its deadline, but not for the deadline of an earlier rollout", () => {
    const { waitingFor, isFinal } = deploymentReadiness(live({ ...rolled, conditions: stuck }));
    assert.equal(isFinal, true);
    assert.match(waitingFor ?? "", /does not progress: timed out/);
    assert.equal(deploymentReadiness(live({ ...rolled, conditions: stuck }, {}, 3)).isFinal, false);
  });
});
