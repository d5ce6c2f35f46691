import assert from "node:assert/strict";
import { policyResources } from "../../engine/policy/resources";
import { runPolicies } from "../../engine/policy/run";
import { policies } from "../../policies/policies";
import type { Manifest } from "../../render/manifest";
import {
  blueGreenService,
  gatewayStack,
  istioStack,
  replicaRatioStack,
  smallStack,
  type RawConfig,
} from "../unit/support/stacks";
import { render } from "../../scripts/policies/examples";

const images = (replicas: number) => ({ v1: { image: "nginx:1", replicas }, v2: { image: "nginx:2", replicas } });
const tls = { "sluice:route": { tls: [{ secretName: "www", hosts: ["www.test.com"] }] } };

/** The same stack under each router. */
const stacks: Readonly<Record<string, (changes?: RawConfig) => RawConfig>> = {
  ingress: smallStack,
  gateway: gatewayStack,
  istio: istioStack,
};

/** What a policy says of a stack, once somebody has changed its objects. */
async function found(
  policy: string,
  config: RawConfig,
  meddle?: (manifest: Manifest) => Manifest | readonly Manifest[],
) {
  const rendered = await render({ stack: config }, meddle);
  const settings = new Map([[policy, { level: "mandatory" as const, config: {} }]]);
  const { violations } = await runPolicies(
    policies.filter(({ name }) => name === policy),
    settings,
    policyResources({ stack: "test", ...rendered }),
  );
  return violations.map(({ message }) => message);
}

const emptied = (manifest: Manifest): Manifest =>
  manifest.kind === "Deployment" && manifest.metadata.name === "nginx-v1"
    ? { ...manifest, spec: { ...(manifest["spec"] as object), replicas: 0 } }
    : manifest;

for (const [router, stack] of Object.entries(stacks))
  describe(`the policies under router ${router}`, () => {
    it("want TLS for every host", async () => {
      assert.match((await found("tls-required", stack())).join(), /www\.test\.com.*sluice:route.tls/);
      assert.deepEqual(await found("tls-required", stack(tls)), []);
    });

    it("want two pods behind what users are sent to, of the canary as well", async () => {
      const messages = await found("min-replicas", stack({ "sluice:versions": images(1) }));
      assert.deepEqual(messages.map((message) => /versions\.(v\d)/.exec(message)?.[1]).sort(), ["v1", "v2"]);
      assert.deepEqual(await found("min-replicas", stack({ "sluice:versions": images(2) })), []);
      const unreached = { v1: { image: "nginx:1", replicas: 2 }, v2: { image: "nginx:2", replicas: 1 } };
      assert.deepEqual(
        await found("min-replicas", stack({ "sluice:versions": unreached, "sluice:canaryWeight": 0 })),
        [],
      );
    });

    it("want pods for everybody", async () => {
      assert.match((await found("stable-keeps-replicas", stack(), emptied)).join(), /nginx-v1 has replicas: 0/);
      assert.deepEqual(await found("stable-keeps-replicas", stack()), []);
    });

    it("want no other way to the canary", async () => {
      const isRoute = ({ kind, metadata }: Manifest) =>
        /^(Ingress|HTTPRoute|VirtualService)$/.test(kind) && metadata.name === "nginx";
      const aside = (manifest: Manifest) => (isRoute(manifest) ? [manifest, leadingToCanary(manifest)] : manifest);
      assert.match((await found("dedicated-services", stack(), aside)).join(), /aside/);
      assert.deepEqual(await found("dedicated-services", stack()), []);
    });
  });

/** A route like the stack's own for another host, to the version on trial alone. */
function leadingToCanary({ kind, metadata, ...rest }: Manifest): Manifest {
  const text = JSON.stringify({ kind, metadata: { ...metadata, name: "aside" }, ...rest })
    .replaceAll("www.test.com", "aside.test.com")
    .replaceAll('"subset":"v1"', '"subset":"v2"')
    .replaceAll('"name":"nginx-v1"', '"name":"nginx-v2"')
    .replaceAll('"service":{"name":"nginx"', '"service":{"name":"nginx-canary"');
  return JSON.parse(text) as Manifest;
}

describe("the policies under router service", () => {
  for (const [strategy, stack] of [
    ["blueGreen", blueGreenService],
    ["replicaRatio", replicaRatioStack],
  ] as const) {
    it(`want TLS in front of a Service (${strategy})`, async () =>
      assert.match((await found("tls-required", stack())).join(), /serves users in the clear/));

    it(`want two pods behind it (${strategy})`, async () => {
      const canary = strategy === "replicaRatio" && { "sluice:canary": undefined };
      const one = stack({ "sluice:versions": images(1), ...canary });
      assert.match((await found("min-replicas", one)).join(), /sends users to 1 pod /);
      assert.deepEqual(await found("min-replicas", stack({ "sluice:versions": images(2) })), []);
    });
  }

  it("want pods behind a replica ratio", async () => {
    const none = (manifest: Manifest) =>
      manifest.kind === "Deployment"
        ? { ...manifest, spec: { ...(manifest["spec"] as object), replicas: 0 } }
        : manifest;
    assert.match((await found("stable-keeps-replicas", replicaRatioStack(), none)).join(), /has no pods/);
    assert.deepEqual(await found("stable-keeps-replicas", replicaRatioStack()), []);
  });
});
