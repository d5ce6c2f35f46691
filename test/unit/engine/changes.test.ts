import assert from "node:assert/strict";
import type { OpType } from "@pulumi/pulumi/automation";
import { changeOf } from "../../../engine/changes";
import { describeUrn } from "../../../engine/urn";

const type = "kubernetes:networking.k8s.io/v1:Ingress";
const urn = `urn:pulumi:dev::sluice::sluice:router:IngressRouter$${type}::nginx-canary`;

describe("changeOf", () => {
  for (const op of ["create", "update", "replace", "delete"] as const)
    it(`counts a ${op}`, () =>
      assert.deepEqual(changeOf({ op, urn, type }), { kind: op, object: "Ingress nginx-canary" }));

  it("counts a replacement once", () => {
    const operations: OpType[] = ["create-replacement", "replace", "delete-replaced"];
    assert.equal(operations.filter((op) => changeOf({ op, urn, type })).length, 1);
  });

  it("counts a patch as an update of the object that it is for, which stays when the patch goes", () => {
    const patch = { type: `${type}Patch`, urn: urn.replace(type, `${type}Patch`) };
    assert.deepEqual(changeOf({ op: "create", ...patch }), { kind: "update", object: "Ingress nginx-canary" });
    assert.equal(changeOf({ op: "delete", ...patch }), undefined);
  });

  it("leaves out steps that change nothing", () => {
    for (const op of ["same", "read", "refresh"] as const) assert.equal(changeOf({ op, urn, type }), undefined);
  });

  it("leaves out what is no object: components, providers, charts, random values", () => {
    for (const other of [
      "sluice:router:IngressRouter",
      "pulumi:pulumi:Stack",
      "pulumi:providers:kubernetes",
      "kubernetes:helm.sh/v4:Chart",
      "random:index/randomPassword:RandomPassword",
    ])
      assert.equal(changeOf({ op: "create", urn, type: other }), undefined, other);
  });
});

describe("describeUrn", () => {
  it("names kind and name", () => {
    assert.equal(describeUrn(urn), "Ingress nginx-canary");
    assert.equal(describeUrn("urn:pulumi:dev::sluice::kubernetes:core/v1:Namespace::demo"), "Namespace demo");
    assert.equal(describeUrn("urn:pulumi:dev::sluice::pulumi:pulumi:Stack::sluice-dev"), "Stack sluice-dev");
  });

  it("names a chart's object without the chart's name", () => {
    const chart = "urn:pulumi:dev::sluice::sluice:entrance:MetalLb$kubernetes:helm.sh/v4:Chart";
    const role = `${chart}$kubernetes:rbac.authorization.k8s.io/v1:ClusterRole::metallb:metallb:controller`;
    assert.equal(describeUrn(role), "ClusterRole metallb:controller");
    assert.equal(describeUrn(`${chart}::metallb`), "Chart metallb");
  });
});
