import assert from "node:assert/strict";
import { clusterApi } from "../../cluster/api";
import { findRefusals } from "../../preflight/refusals";
import type { Manifest } from "../../render/manifest";
import { objectsIn } from "../unit/support/objects-answer";
import { runProgram } from "../unit/support/programs";
import { gatewayStack } from "../unit/support/stacks";
import { kubectl, testLab, useLab, whyNoLab } from "./support/lab";

const minutes = 60_000;

interface DeploymentSpec {
  readonly template: { readonly spec: { readonly containers: readonly object[] } };
}

/** An object of the stack with some fields changed, and what the API server says of it. */
const cases: readonly (readonly [title: string, kind: string, change: (object: Manifest) => Manifest, RegExp])[] = [
  [
    "17 hostnames",
    "HTTPRoute",
    (route) => {
      const hostnames = Array.from({ length: 17 }, (_, index) => `shop${index}.test.com`);
      return { ...route, spec: { ...(route["spec"] as object), hostnames } };
    },
    /^HTTPRoute demo\/nginx is refused by the API server: spec\.hostnames: Too many: 17: .*\(see sluice:host, sluice:route.more\)$/,
  ],
  [
    "an annotation name with spaces",
    "Service",
    (service) => ({ ...service, metadata: { ...service.metadata, annotations: { "a b": "c" } } }),
    /^Service demo\/\S+ is refused by the API server: metadata\.annotations: Invalid value: "a b"/,
  ],
  [
    "two volumes at one mountPath",
    "Deployment",
    (deployment) => {
      const spec = structuredClone(deployment["spec"]) as DeploymentSpec;
      const volumeMounts = ["a", "b"].map((name) => ({ name, mountPath: "/tmp" }));
      for (const container of spec.template.spec.containers) Object.assign(container, { volumeMounts });
      return { ...deployment, spec };
    },
    /^Deployment demo\/\S+ is refused by the API server: .*mountPath="\/tmp".*\(see sluice:versions\.\w+\.files/,
  ],
];

describe("what the API server would refuse, told by a dry run", function () {
  this.timeout(5 * minutes);
  let stack: Manifest[];

  before(async function () {
    await useLab(this, whyNoLab(), "gateway-api");
    stack = objectsIn(await runProgram(gatewayStack()));
  });

  const find = (manifests: readonly Manifest[]) => {
    const live = clusterApi({ name: testLab.name, kubeconfig: `/var/lib/${testLab.name}/kubeconfig` }).objects;
    return findRefusals({ manifests, live, isOwn: () => false });
  };

  it("takes a stack as the program makes it, whose namespace is not there, and leaves nothing behind", async () => {
    assert.deepEqual(await find(stack), { refusals: [], warnings: [] });
    assert.equal(await kubectl("get", "namespace", "demo", "--ignore-not-found"), "");
  });

  for (const [title, kind, change, expected] of cases)
    it(`refuses ${title}, naming the object, the reason and the keys`, async () => {
      const index = stack.findIndex((one) => one.kind === kind);
      const { refusals = [] } = await find(stack.map((one, at) => (at === index ? change(one) : one)));
      assert.equal(refusals.length, 1, refusals.join("\n"));
      assert.match(refusals[0] ?? "", expected);
    });
});
