import assert from "node:assert/strict";
import { isAbout, splitDifferences } from "../../../../engine/kubectl/differences";
import { manifest } from "../../support/manifests";

function differenceOf(name: string, ...lines: string[]): string {
  const [live, merged] = [`/tmp/LIVE-3187264115/${name}`, `/tmp/MERGED-2250914302/${name}`];
  const times = ["2026-11-21 07:10:11.100000000 +0000", "2026-11-21 07:10:11.110000000 +0000"];
  const head = [`diff -u -N ${live} ${merged}`, `--- ${live}\t${times[0]}`, `+++ ${merged}\t${times[1]}`];
  return [...head, ...lines, ""].join("\n");
}

const weight = [
  "@@ -4,10 +4,10 @@",
  "   annotations:",
  '     nginx.ingress.kubernetes.io/canary: "true"',
  '-    nginx.ingress.kubernetes.io/canary-weight: "10"',
  '+    nginx.ingress.kubernetes.io/canary-weight: "40"',
];
const generation = [
  "@@ -12,5 +12,5 @@",
  "   creationTimestamp: x",
  "-  generation: 1",
  "+  generation: 2",
  "   labels:",
];

const ingress = manifest("Ingress", "nginx-canary", { apiVersion: "networking.k8s.io/v1", namespace: "demo" });
const ingressFile = "networking.k8s.io.v1.Ingress.demo.nginx-canary";

describe("splitDifferences", () => {
  it("splits by object and leaves the files' names and times out", () => {
    const other = ["@@ -1 +1 @@", "-  replicas: 2", "+  replicas: 3"];
    const text = differenceOf(ingressFile, ...weight) + differenceOf("apps.v1.Deployment.demo.nginx-v1", ...other);
    assert.deepEqual(splitDifferences(text), [
      { name: ingressFile, lines: weight },
      { name: "apps.v1.Deployment.demo.nginx-v1", lines: other },
    ]);
  });

  it("drops the generation, and hunks that held nothing else", () => {
    assert.deepEqual(splitDifferences(differenceOf(ingressFile, ...weight, ...generation)), [
      { name: ingressFile, lines: weight },
    ]);
  });

  it("drops an object of which only the generation differs", () => {
    assert.deepEqual(splitDifferences(differenceOf(ingressFile, ...generation)), []);
  });

  it("keeps a field of an object's own that is called generation elsewhere", () => {
    const lines = ["@@ -1 +1 @@", "-    generation: 1", "+    generation: 2"];
    assert.equal(splitDifferences(differenceOf(ingressFile, ...lines)).length, 1);
  });

  it("finds nothing in an empty text", () => {
    assert.deepEqual(splitDifferences(""), []);
  });
});

describe("isAbout", () => {
  const about = (file: string, object = ingress) =>
    splitDifferences(differenceOf(file, "@@ -1 +1 @@", "-a", "+b")).map((difference) => isAbout(difference, object));

  it("knows an object by its file", () => {
    assert.deepEqual(about(ingressFile), [true]);
    assert.deepEqual(about("networking.k8s.io.v1.Ingress.demo.nginx"), [false]);
    assert.deepEqual(about("networking.k8s.io.v1.Ingress.other.nginx-canary"), [false]);
    assert.deepEqual(about("v1.Service.demo.nginx-canary"), [false]);
  });

  it("knows names with colons, however kubectl writes them in a file's name", () => {
    const role = manifest("ClusterRole", "metallb:controller", { apiVersion: "rbac.authorization.k8s.io/v1" });
    for (const name of ["metallb:controller", "metallb-controller", "metallb%3Acontroller"])
      assert.deepEqual(about(`rbac.authorization.k8s.io.v1.ClusterRole..${name}`, role), [true], name);
    assert.deepEqual(about("rbac.authorization.k8s.io.v1.ClusterRole..metallb:speaker", role), [false]);
  });
});
