import assert from "node:assert/strict";
import { join } from "node:path";
import { parseStackConfig } from "../../../config";
import { readClusterProfile, type ClusterProfile } from "../../../cluster/profile";
import { UserError } from "../../../progress/user-error";
import { temporaryFolder, writeInto } from "../support/folders";
import { replicaRatioStack, smallStack } from "../support/stacks";

const profile: ClusterProfile = {
  name: "lab",
  charts: { metallb: "./charts/metallb", "ingress-nginx": "./charts/ingress-nginx" },
  images: { "nginx:1": "lab/nginx:1" },
  addresses: ["10.9.0.1-10.9.0.9"],
  client: [],
};

const metallb = { addresses: ["192.168.10.240-192.168.10.250"] };
const controller = { kind: "ingress-nginx" };

function parsed(changes: Record<string, unknown>, using: ClusterProfile | undefined = profile) {
  return parseStackConfig(
    smallStack({ "sluice:metallb": metallb, "sluice:ingressController": controller, ...changes }),
    using,
  );
}

describe("a cluster profile", () => {
  it("maps images by their full name and leaves others", () => {
    const { versions } = parsed({});
    assert.deepEqual([versions["v1"]?.image, versions["v2"]?.image], ["lab/nginx:1", "nginx:2"]);
  });

  it("leaves an image of a name that every object has", () => {
    const { versions } = parsed({ "sluice:versions": { v1: { image: "constructor" }, v2: { image: "nginx:2" } } });
    assert.equal(versions["v1"]?.image, "constructor");
  });

  it("brings charts and addresses of its own", () => {
    const config = parsed({});
    assert.equal(config.metallb?.chart, "./charts/metallb");
    assert.deepEqual(config.metallb?.addresses, ["10.9.0.1-10.9.0.9"]);
    const { ingressController } = config;
    assert.ok(ingressController?.kind === "ingress-nginx");
    assert.equal(ingressController.chart, "./charts/ingress-nginx");
  });

  it("leaves a chart alone that the stack names itself", () => {
    const config = parsed({ "sluice:metallb": { ...metallb, chart: "oci://mirror.test/metallb" } });
    assert.equal(config.metallb?.chart, "oci://mirror.test/metallb");
  });

  it("brings ingress-nginx's image, unless the stack names one", () => {
    const using = { ...profile, images: { "registry.k8s.io/ingress-nginx/controller": "lab/controller:v1.2.3" } };
    const imageOf = (changes: Record<string, unknown>) => {
      const { ingressController } = parsed(changes, using);
      assert.ok(ingressController?.kind === "ingress-nginx");
      return ingressController.image;
    };
    assert.deepEqual(imageOf({}), { repository: "lab/controller", tag: "v1.2.3" });
    const image = { repository: "mirror.test/controller" };
    assert.deepEqual(imageOf({ "sluice:ingressController": { ...controller, image } }), image);
  });

  it("brings a node's address where the stack names none", () => {
    const using = { ...profile, nodeAddress: "10.9.0.1" };
    const ports = { "sluice:service": { nodePort: 30080 }, "sluice:metallb": undefined };
    assert.equal(parseStackConfig(replicaRatioStack(ports), using).nodeAddress, "10.9.0.1");
    const named = replicaRatioStack({ ...ports, "sluice:service": { nodePort: 30080, nodeAddress: "10.0.0.7" } });
    assert.equal(parseStackConfig(named, using).nodeAddress, "10.0.0.7");
  });

  it("brings no MetalLB where the stack has none", () => {
    assert.equal(parsed({ "sluice:metallb": undefined }).metallb, undefined);
  });

  it("changes nothing where it names nothing", () => {
    const empty = { name: "kind", charts: {}, images: {}, client: [] };
    assert.deepEqual(
      parsed({}, empty),
      parseStackConfig(smallStack({ "sluice:metallb": metallb, "sluice:ingressController": controller })),
    );
  });
});

describe("readClusterProfile", () => {
  const folder = temporaryFolder();

  it("reads a file and fills in what it leaves out", () => {
    const file = writeInto(folder, "profile.yaml", "name: lab\nimages: { a: b }\n");
    assert.deepEqual(readClusterProfile(file), { name: "lab", charts: {}, images: { a: "b" }, client: [] });
  });

  it("reads nothing where no file is named", () => {
    assert.equal(readClusterProfile(undefined), undefined);
    assert.equal(readClusterProfile(""), undefined);
  });

  it("says which variable names a missing file", () => {
    const file = join(folder, "missing.yaml");
    assert.throws(
      () => readClusterProfile(file),
      (error: Error) => error instanceof UserError && error.message.startsWith(`SLUICE_CLUSTER_PROFILE is ${file}`),
    );
  });

  const invalid: [string, string, RegExp][] = [
    ["an unknown key", "name: lab\nimage: { a: b }\n", /isn't a cluster profile: .*image/s],
    ["no name", "images: { a: b }\n", /isn't a cluster profile: .*name/s],
    ["no map", "just a text\n", /isn't a cluster profile/],
    ["no YAML", "name: [\n", /is not valid YAML/],
  ];
  for (const [title, text, message] of invalid)
    it(`refuses a file with ${title}`, () => {
      const file = writeInto(folder, "invalid.yaml", text);
      assert.throws(
        () => readClusterProfile(file),
        (error: Error) => error instanceof UserError && message.test(error.message) && error.message.includes(file),
      );
    });
});
