import assert from "node:assert/strict";
import { stringify } from "yaml";
import { routesShift } from "../../../cli/routes-shift";
import { parseStackConfig } from "../../../config";
import { lastUpdateOf } from "../../../workloads/identities";
import type { StackOutputs } from "../../../engine/engine";
import { routeObjects } from "../../../routers";
import { explainPlan } from "../../../traffic/explain";
import { FakeObjects } from "../support/fake-objects";
import { temporaryFolder, writeInto } from "../support/folders";
import { smallStack, type RawConfig } from "../support/stacks";

interface Situation {
  readonly last: StackOutputs;
  readonly objects: FakeObjects;
  /** The file of the policies' config. */
  readonly policies: string;
}

describe("a shift that only patches routes", () => {
  const folder = temporaryFolder();
  const at = (weight: number, changes: RawConfig = {}) => smallStack({ "sluice:canaryWeight": weight, ...changes });
  const outputsOf = (raw: RawConfig): StackOutputs => {
    const config = parseStackConfig(raw);
    const outputs = { ...lastUpdateOf(config), traffic: explainPlan(config.plan), address: "10.0.0.1", url: "" };
    return JSON.parse(JSON.stringify(outputs)) as StackOutputs;
  };
  const clusterOf = (raw: RawConfig) => {
    const config = parseStackConfig(raw);
    const routes = routeObjects({ config, plan: config.plan, title: config.workload });
    return new FakeObjects(...routes.map((route) => ({ ...route })));
  };
  const shift = (
    from: RawConfig,
    to: RawConfig,
    { last = outputsOf(from), objects = clusterOf(from), policies }: Partial<Situation> = {},
  ) => {
    const file = writeInto(folder, "Pulumi.try.yaml", stringify({ config: to }));
    const session = {
      file: { stack: "try", file, config: to },
      choice: { cluster: () => ({ name: "fake" }) },
      config: () => parseStackConfig(to),
    } as unknown as Parameters<typeof routesShift>[1];
    return routesShift(objects, session, { config: parseStackConfig(from), raw: from }, last, policies);
  };

  it("is previewed from the program, with what the policies say", async () => {
    const { preview, patches, targets } = (await shift(at(10), at(20))) ?? {};
    assert.deepEqual(targets, ["**sluice:release:Plan::**", "**kubernetes:networking.k8s.io/v1:Ingress::nginx-canary"]);
    assert.deepEqual(preview?.changes, [{ kind: "update", object: "Ingress nginx-canary" }]);
    assert.deepEqual(
      patches?.map(({ name }) => name),
      ["nginx-canary"],
    );
    assert.deepEqual(preview.trafficBefore, outputsOf(at(10)).traffic);
    assert.deepEqual(preview.violations, []);
    const strict = writeInto(folder, "strict.json", '{"all": "disabled", "canary-weight-step": "mandatory"}');
    const far = await shift(at(0), at(90), { policies: strict });
    assert.deepEqual(
      far?.preview.violations.map(({ policy, level }) => [policy, level]),
      [["canary-weight-step", "mandatory"]],
    );
  });

  it("is left to Pulumi if the last update brought something else", async () => {
    const edited = { "sluice:versions": { v1: { image: "nginx:1" }, v2: { image: "nginx:9" } } };
    assert.equal(await shift(at(10, edited), at(20, edited), { last: outputsOf(at(10)) }), undefined);
    assert.equal(await shift(at(10), at(20), { last: outputsOf(at(15)) }), undefined);
    assert.equal(await shift(at(10), at(20), { objects: clusterOf(at(15)) }), undefined);
  });

  it("is left to Pulumi if more than routes changes, or something is wrong", async () => {
    const edited = { "sluice:versions": { v1: { image: "nginx:1" }, v2: { image: "nginx:9" } } };
    assert.equal(await shift(at(10), at(20, edited)), undefined);
    const refusing = clusterOf(at(10));
    refusing.verdicts["Ingress nginx-canary"] = { refusal: { code: 422, message: "no", causes: [] } };
    assert.equal(await shift(at(10), at(20), { objects: refusing }), undefined);
  });
});
