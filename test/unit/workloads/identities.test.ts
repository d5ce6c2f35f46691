import assert from "node:assert/strict";
import { parseStackConfig } from "../../../config";
import { identitiesOf } from "../../../workloads/identities";
import { newImage, readFixture } from "../../workloads/fixtures";
import { smallStack, workloadsStack, type RawConfig } from "../support/stacks";

const identities = (config: RawConfig) => identitiesOf(parseStackConfig(config));
const versions = (more: object) => ({ v1: { image: "nginx:1", ...more }, v2: { image: "nginx:2" } });
const short = (more: object = {}) => identities(smallStack({ "sluice:versions": versions(more) }));

describe("what a version is", () => {
  for (const [title, change] of [
    ["another image", { image: "nginx:3" }],
    ["another variable", { env: { A: "b" } }],
    ["another file", { files: { "/etc/a": "b" } }],
    ["other resources", { resources: { requests: { cpu: "1" } } }],
  ] as const)
    it(`changes with ${title}, for that version alone`, () => {
      assert.notEqual(short(change)["v1"]?.digest, short()["v1"]?.digest);
      assert.deepEqual(short(change)["v2"], short()["v2"]);
    });

  for (const change of [
    { replicas: 3 },
    { minAvailable: 1 },
    { maxSurge: 2 },
    { minReadySeconds: 5 },
    { answer: "one" },
  ])
    it(`stays with ${JSON.stringify(change)}, which is no part of a pod`, () =>
      assert.deepEqual(short(change), short()));

  it("stays whatever the traffic does", () =>
    assert.deepEqual(identities(smallStack({ "sluice:canaryWeight": 40 })), identities(smallStack())));

  it("has what the same version of the workloads behind it is", () => {
    const behind = (image: string) => {
      const others = { v1: { image }, v2: { image: "api:2" } };
      const web = { versions: versions({}), calls: ["api"] };
      return identities(workloadsStack({ "sluice:workloads": { web, api: { versions: others } } }));
    };
    assert.deepEqual(behind("api:1")["v1"]?.images, ["nginx:1", "api:1"]);
    assert.notEqual(behind("api:1")["v1"]?.digest, behind("api:3")["v1"]?.digest);
    assert.deepEqual(behind("api:1")["v2"], behind("api:3")["v2"]);
  });

  describe("of an application's own objects", () => {
    const application = (versions: object = { v1: {}, v2: { image: newImage } }, meddle = (text: string) => text) => {
      const read = readFixture("plain.yaml", { "sluice:versions": versions });
      return identities({ ...read, "sluice:from": JSON.parse(meddle(JSON.stringify(read["sluice:from"]))) as unknown });
    };

    it("changes with the objects' pod template, for every version that has it", () => {
      const [before, after] = [
        application(),
        application(undefined, (text) => text.replaceAll('"name":"web"', '"name":"site"')),
      ];
      assert.notDeepEqual(after, before, "the fixture has no container web any more");
      for (const version of ["v1", "v2"]) assert.notEqual(after[version]?.digest, before[version]?.digest);
    });

    it("changes with a version's own patch", () => {
      const patch = { metadata: { annotations: { a: "b" } } };
      const patched = application({ v1: { patch }, v2: { image: newImage } });
      assert.notEqual(patched["v1"]?.digest, application()["v1"]?.digest);
      assert.deepEqual(patched["v2"], application()["v2"]);
    });

    it("stays with another number of pods", () =>
      assert.deepEqual(application({ v1: { replicas: 4 }, v2: { image: newImage } }), application()));
  });
});
