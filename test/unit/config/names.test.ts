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

describe("a namespace", () => {
  const metallb = { addresses: ["192.168.10.240/28"] };
  const cases: [string, string, Record<string, unknown>][] = [
    ["metallb-system", "sluice:metallb", { "sluice:metallb": metallb }],
    ["ingress-nginx", "sluice:ingressController", { "sluice:ingressController": { kind: "ingress-nginx" } }],
    ["traefik", "sluice:ingressController", { "sluice:ingressController": { kind: "traefik" } }],
    ["traefik", "sluice:migration", { "sluice:migration": { to: "traefik" } }],
    ["traefik-gateway", "sluice:migration", { "sluice:migration": { to: "gateway" } }],
  ];
  for (const [namespace, key, config] of cases)
    it(`is refused if it is that of ${key}, which the stack brings: ${namespace}`, () => {
      const { allowed } = onlyProblemOf(smallStack({ "sluice:namespace": namespace, ...config }));
      assert.equal(allowed, `must be another one: it is that of ${key}`);
    });

  it("may be that of a controller which is there already", () => {
    const controller = { "sluice:ingressController": { kind: "existing" } };
    assert.doesNotThrow(() => parseStackConfig(smallStack({ "sluice:namespace": "ingress-nginx", ...controller })));
  });
});
