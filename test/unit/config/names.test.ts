import assert from "node:assert/strict";
import { parseStackConfig } from "../../../config";
import { blueGreenStack, onlyProblemOf, smallStack } from "../support/stacks";

const stack = (workload: string, version: string) => ({
  "sluice:host": "www.test.com",
  "sluice:stable": version,
  "sluice:workload": workload,
  "sluice:versions": { [version]: { image: "nginx:1.27.3" } },
  "sluice:ingressController": { kind: "traefik" },
});

describe("names that Services are made of", () => {
  it("are refused where the two together are longer than a Service's name may be", () => {
    const [workload, version] = ["w".repeat(30), "v".repeat(33)];
    assert.throws(
      () => parseStackConfig(stack(workload, version)),
      /versions\.v+ is "v+": it must have at most 32 characters/,
    );
    assert.doesNotThrow(() => parseStackConfig(stack(workload, version.slice(1))));
  });

  it("are refused where they begin with a digit", () => {
    assert.throws(
      () => parseStackConfig(stack("3scale", "v1")),
      /sluice:workload is "3scale": it must begin with a letter/,
    );
  });

  it("are refused where the trial's Service has the name already", () => {
    const versions = { v1: { image: "nginx:1" }, canary: { image: "nginx:2" } };
    const { key, value, allowed } = onlyProblemOf(
      smallStack({ "sluice:versions": versions, "sluice:canary": "canary" }),
    );
    assert.deepEqual([key, value], ["versions.canary", "canary"]);
    assert.match(allowed, /must have another name: the Service nginx-canary is the trial's/);
    assert.doesNotThrow(() =>
      parseStackConfig(
        blueGreenStack({ "sluice:versions": versions, "sluice:colors": { blue: "v1", green: "canary" } }),
      ),
    );
  });
});
