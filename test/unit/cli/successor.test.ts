import assert from "node:assert/strict";
import { successorOf, type ReadStack } from "../../../cli/rollout/successor";
import { parseStackConfig } from "../../../config";
import { layOut } from "../../../rollout/layout";
import { withStack } from "../../../rollout/stack";
import { blueGreenStack, smallStack, type RawConfig } from "../support/stacks";

const rollout = { interval: "1s", stepWeight: 50 };
const read = (raw: RawConfig): ReadStack => ({ raw, config: parseStackConfig(raw) });
const images = (changes: RawConfig) => ({
  "sluice:versions": { v1: { image: "a:1" }, v2: { image: "a:2" }, ...changes },
});
const withoutCanary = { "sluice:canary": undefined, "sluice:canaryWeight": undefined, "sluice:rollout": rollout };
const begun = (raw: RawConfig, to = "v2") => withStack(layOut(parseStackConfig(raw), to), raw, raw);
const next = (spec: ReturnType<typeof begun>, before: RawConfig, now: RawConfig) =>
  successorOf(spec, read(before), read(now), parseStackConfig);

describe("the rollout that takes another one's place", () => {
  const file = smallStack({ ...withoutCanary, ...images({}) });
  const spec = begun(file);

  it("is none while the file says what it said, whatever that is", () => {
    assert.equal(next(spec, file, file), undefined);
    // Another checkout's, where v2 was another image and v3 is on trial.
    const other = smallStack({
      ...withoutCanary,
      "sluice:canary": "v3",
      ...images({ v2: { image: "a:0" }, v3: { image: "a:3" } }),
    });
    assert.equal(next(spec, other, other), undefined);
  });

  it("is one to the same version where that is changed, from the version that users had, with as many pods", () => {
    const changed = smallStack({ ...withoutCanary, ...images({ v2: { image: "a:2.1" } }) });
    const found = next({ ...spec, replicas: 4 }, file, changed);
    assert.deepEqual([found?.from, found?.to, found?.replicas], ["v1", "v2", 4]);
    assert.notEqual(found?.checksum, spec.checksum);
    assert.deepEqual(found?.before["canary"], null);
    const { "sluice:versions": versions } = found?.config as { "sluice:versions": Record<string, { image: string }> };
    assert.equal(versions["v2"]?.image, "a:2.1");
  });

  it("is one to the version that the file names since", () => {
    const versions = images({ v3: { image: "a:3" } });
    const named = smallStack({ ...withoutCanary, "sluice:canary": "v3", ...versions });
    assert.equal(next(spec, smallStack({ ...withoutCanary, ...versions }), named)?.to, "v3");
  });

  it("is one to the idle color's version where that is another one since", () => {
    const stack = (green: string) =>
      blueGreenStack({
        "sluice:rollout": { interval: "1s", iterations: 1 },
        "sluice:colors": { blue: "v1", green },
        ...images({ v3: { image: "a:3" } }),
      });
    const found = next(begun(stack("v2")), stack("v2"), stack("v3"));
    assert.deepEqual([found?.to, found?.color], ["v3", "green"]);
  });

  it("is none where the pods alone are other ones, or the version is gone", () => {
    assert.equal(
      next(spec, file, smallStack({ ...withoutCanary, ...images({ v2: { image: "a:2", replicas: 5 } }) })),
      undefined,
    );
    const gone = smallStack({ ...withoutCanary, "sluice:versions": { v1: { image: "a:1" } } });
    assert.equal(next(spec, file, gone), undefined);
  });
});
