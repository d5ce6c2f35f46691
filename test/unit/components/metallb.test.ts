import assert from "node:assert/strict";
import { evaluateProgram, type EvaluatedProgram } from "../../../render/evaluate";
import { readStack } from "../../../engine/stack-file";
import { at, chartOf, dependenciesOf, namesOf, objectOf, runStack } from "../support/programs";

describe("MetalLb", () => {
  let program: EvaluatedProgram;
  before(async () => (program = await runStack("dev")));

  it("goes in by its official chart, pinned, without FRR", () => {
    assert.deepEqual(chartOf(program, "metallb"), {
      name: "metallb",
      chart: "metallb",
      version: "0.15.2",
      namespace: "metallb-system",
      repositoryOpts: { repo: "https://metallb.github.io/metallb" },
      values: {
        crds: { validationFailurePolicy: "Ignore" },
        speaker: { frr: { enabled: false } },
        frrk8s: { enabled: false },
      },
    });
  });

  it("lets the speaker into the node's network", () => {
    const labels = at(objectOf(program, "Namespace", "metallb-system").inputs, "metadata", "labels");
    assert.deepEqual(labels, { "pod-security.kubernetes.io/enforce": "privileged" });
  });

  it("lets connections in on the controller's own ports only", () => {
    const { inputs } = objectOf(program, "NetworkPolicy", "metallb-controller");
    assert.equal(at(inputs, "metadata", "namespace"), "metallb-system");
    // The chart's names for them.
    const ports = ["monitoring", "webhook-server"].map((port) => ({ protocol: "TCP", port }));
    assert.deepEqual(at(inputs, "spec", "ingress"), [{ ports }]);
  });

  it("gives the stack's addresses and announces that pool alone", () => {
    const pool = objectOf(program, "IPAddressPool", "sluice").inputs;
    assert.deepEqual(at(pool, "spec", "addresses"), ["192.168.10.240-192.168.10.250"]);
    const advertisement = objectOf(program, "L2Advertisement", "sluice").inputs;
    assert.deepEqual(at(advertisement, "spec", "ipAddressPools"), ["sluice"]);
    for (const object of [pool, advertisement]) assert.equal(at(object, "metadata", "namespace"), "metallb-system");
  });

  it("gives the pool and its advertisement the names that the stack has for them", async () => {
    const named = { addresses: ["10.0.0.0/24"], pool: "ippool", advertisement: "example" };
    const changed = await runStack("dev", { "sluice:metallb": named });
    assert.deepEqual(namesOf(changed, "IPAddressPool"), ["ippool"]);
    const { inputs } = objectOf(changed, "L2Advertisement", "example");
    assert.deepEqual(at(inputs, "spec", "ipAddressPools"), ["ippool"]);
  });

  it("sends the pool and the advertisement only after the chart", () => {
    assert.ok(dependenciesOf(objectOf(program, "IPAddressPool", "sluice")).includes("Chart metallb"));
    const advertised = dependenciesOf(objectOf(program, "L2Advertisement", "sluice"));
    assert.ok(advertised.includes("Chart metallb") && advertised.includes("IPAddressPool metallb-pool"));
  });

  it("is there before the entrance asks for an address", () => {
    const chart = program.resources.find(({ urn }) => urn.endsWith(":Chart::ingress-nginx")) ?? assert.fail();
    assert.ok(dependenciesOf(chart).includes("L2Advertisement metallb-advertisement"));
  });

  it("takes the memberlist key from a generated password", async () => {
    const secret = objectOf(program, "Secret", "metallb-memberlist");
    assert.ok(dependenciesOf(secret).includes("RandomPassword metallb-memberlist"));
    const generated = await evaluateProgram({
      ...readStack("dev"),
      stateOf: ({ type, inputs }) => (type.startsWith("random:") ? { ...inputs, result: "the-key" } : inputs),
    });
    const { inputs } = objectOf(generated, "Secret", "metallb-memberlist");
    assert.deepEqual(at(inputs, "stringData"), { secretkey: "the-key" });
  });

  it("takes the chart from another place, with values over its own", async () => {
    const place = { chart: "./charts/metallb", values: { speaker: { logLevel: "debug" } } };
    const changed = await runStack("dev", { "sluice:metallb": { addresses: ["10.0.0.0/24"], ...place } });
    const { chart, version, repositoryOpts, values } = chartOf(changed, "metallb");
    assert.deepEqual([chart, version, repositoryOpts], ["./charts/metallb", undefined, undefined]);
    assert.deepEqual(at(values, "speaker"), { frr: { enabled: false }, logLevel: "debug" });
    assert.deepEqual(at(objectOf(changed, "IPAddressPool", "sluice").inputs, "spec", "addresses"), ["10.0.0.0/24"]);
  });

  it("is left out where the stack has none", async () => {
    const without = await runStack("dev", { "sluice:metallb": undefined });
    assert.deepEqual(namesOf(without, "IPAddressPool"), []);
    assert.equal(namesOf(without, "Namespace").includes("metallb-system"), false);
  });
});
