import assert from "node:assert/strict";
import { findRefusals } from "../../../preflight/refusals";
import type { Manifest } from "../../../render/manifest";
import { FakeObjects } from "../support/fake-objects";
import { manifest } from "../support/manifests";

const ofVersion = (kind: string, apiVersion = "v1"): Manifest => ({
  apiVersion,
  kind,
  metadata: { name: "shop", namespace: "demo", labels: { version: "v1" } },
});
const deployment = ofVersion("Deployment", "apps/v1");
const route = ofVersion("HTTPRoute", "gateway.networking.k8s.io/v1");
const ofDemo = manifest("Namespace", "demo");

const refusal = (message: string, ...causes: readonly (readonly [field: string, message: string])[]) => ({
  refusal: { code: 422, message, causes: causes.map(([field, text]) => ({ field, message: text })) },
});

describe("findRefusals", () => {
  let live: FakeObjects;
  beforeEach(() => (live = new FakeObjects(ofDemo)));

  const find = (...manifests: readonly Manifest[]) => findRefusals({ manifests, live, isOwn: () => false });

  it("finds nothing where the API server takes every object", async () => {
    assert.deepEqual(await find(deployment, route), { refusals: [], warnings: [] });
    assert.deepEqual(
      live.shown.map(({ manifest: shown }) => shown),
      [deployment, route],
    );
  });

  const refused: readonly (readonly [Manifest, readonly [string, string], expected: string])[] = [
    [
      route,
      ["spec.hostnames", "Too many: 17: must have at most 16 items"],
      "HTTPRoute demo/shop is refused by the API server: spec.hostnames: Too many: 17: must have at most 16 items (see sluice:host, sluice:route.more)",
    ],
    [
      deployment,
      ["spec.template.spec.containers[0].volumeMounts[1].mountPath", 'Invalid value: "/tmp": must be unique'],
      'Deployment demo/shop is refused by the API server: spec.template.spec.containers[0].volumeMounts[1].mountPath: Invalid value: "/tmp": must be unique (see sluice:versions.v1.files, sluice:versions.v1.writableFolders)',
    ],
    [
      deployment,
      ["spec.template.spec.containers[0].env[0].value", 'Invalid value: "hunter2": no'],
      "Deployment demo/shop is refused by the API server: spec.template.spec.containers[0].env[0].value: Invalid value: no (see sluice:versions.v1.env)",
    ],
    [
      ofVersion("Secret"),
      ["data[..]", 'Invalid value: "hunter2": a valid config key must consist of …'],
      "Secret demo/shop is refused by the API server: data[..]: Invalid value: a valid config key must consist of … (see sluice:versions.v1.files)",
    ],
  ];
  for (const [object, cause, expected] of refused)
    it(`tells object, reason and keys of a ${object.kind} whose ${cause[0]} is wrong`, async () => {
      live.verdicts[`${object.kind} shop`] = refusal("is invalid", cause);
      assert.deepEqual((await find(object)).refusals, [expected]);
    });

  it("tells a message without causes as one line that is not endless, and nothing of a Secret", async () => {
    live.verdicts["Deployment shop"] = refusal(`no:\n  ${"x".repeat(1000)}`);
    live.verdicts["Secret shop"] = refusal("json: hunter2");
    const { refusals = [] } = await find(deployment, ofVersion("Secret"));
    assert.match(refusals[0] ?? "", /^Deployment demo\/shop is refused by the API server: no: x+…$/);
    assert.ok((refusals[0] ?? "").length < 500);
    assert.doesNotMatch(refusals[1] ?? "hunter2", /hunter2/);
  });

  it("has nothing against fields that can't be changed in place, as the object is replaced", async () => {
    const immutable = ["spec.selector", "Invalid value: {}: field is immutable"] as const;
    live.verdicts["Deployment shop"] = refusal("is invalid", immutable);
    assert.deepEqual((await find(deployment)).refusals, []);
    live.verdicts["Deployment shop"] = refusal("is invalid", immutable, ["spec.template", "Required value"]);
    assert.match((await find(deployment)).refusals?.[0] ?? "", /server: spec\.template: Required value$/);
  });

  it("shows an object under the name by which Pulumi applied it, so that what leaves the program is gone", async () => {
    const managedFields = [
      { manager: "kubectl", operation: "Apply" },
      { manager: "pulumi-kubernetes-1234", operation: "Update" },
      { manager: "pulumi-kubernetes-abcd", operation: "Apply" },
    ];
    live.put({ ...deployment, metadata: { ...deployment.metadata, managedFields } });
    await find(deployment, route);
    assert.deepEqual(
      live.shown.map(({ fieldManager }) => fieldManager),
      ["pulumi-kubernetes-abcd", "sluice-preview"],
    );
  });

  it("shows an object whose namespace comes with the stack in another one, and keeps that one's warnings to itself", async () => {
    live = new FakeObjects();
    live.verdicts["Deployment shop"] = { warnings: ["would violate PodSecurity"] };
    live.verdicts["HTTPRoute shop"] = refusal("no");
    const { refusals, warnings } = await find(ofDemo, deployment, route);
    assert.deepEqual(
      live.shown.map(({ manifest: { metadata } }) => metadata.namespace),
      [undefined, "default", "default"],
    );
    assert.deepEqual([refusals, warnings], [["HTTPRoute demo/shop is refused by the API server: no"], []]);
  });

  it("leaves it out where that one has an object of the name", async () => {
    live = new FakeObjects({ ...deployment, metadata: { name: "shop", namespace: "default" } });
    assert.deepEqual((await find(ofDemo, deployment)).warnings, [
      "not checked by the API server, because their namespaces do not exist yet: Deployment demo/shop",
    ]);
  });

  it("refuses an object whose kind nobody brings", async () => {
    live.missing.add("keda.sh");
    const scaled = ofVersion("ScaledObject", "keda.sh/v1alpha1");
    assert.deepEqual((await find(scaled)).refusals, [
      "ScaledObject demo/shop: the cluster doesn't know the kind ScaledObject of keda.sh/v1alpha1, and no object of the stack defines it: install its CustomResourceDefinition, or add that to the objects",
    ]);
    const definition = manifest("CustomResourceDefinition", "scaledobjects.keda.sh", {
      spec: { group: "keda.sh", names: { kind: "ScaledObject" } },
    });
    assert.deepEqual((await find(definition, scaled)).refusals, []);
  });

  it("says which objects are of kinds that are not there", async () => {
    live.missing.add("gateway.networking.k8s.io");
    assert.deepEqual(await find(route, { ...route, kind: "Gateway" }), {
      refusals: [],
      warnings: [
        "not checked by the API server, because their kinds do not exist yet: HTTPRoute demo/shop, Gateway demo/shop",
      ],
    });
  });

  const unjudged = {
    'failed calling webhook "a": connection refused': /the webhook that checks them does not answer yet: Deployment/,
    'admission webhook "a" does not support dry run':
      /the webhook that checks them does not support dry runs: Deployment/,
    'deployments.apps "shop" is forbidden: User "eve" cannot patch resource "deployments"':
      /does not allow this account/,
  };
  for (const [message, expected] of Object.entries(unjudged))
    it(`takes no judgment from ${message}`, async () => {
      live.verdicts["Deployment shop"] = refusal(message);
      const { refusals, warnings } = await find(deployment);
      assert.deepEqual(refusals, []);
      assert.match(warnings?.[0] ?? "", expected);
    });

  it("passes on what the API server accepts and warns of", async () => {
    live.verdicts["HTTPRoute shop"] = { warnings: ['unknown field "spec.host"'] };
    assert.deepEqual((await find(route)).warnings, ['HTTPRoute demo/shop: unknown field "spec.host"']);
  });
});
