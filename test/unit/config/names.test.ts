import assert from "node:assert/strict";
import { parseStackConfig } from "../../../config";

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
});
