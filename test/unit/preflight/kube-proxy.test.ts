import assert from "node:assert/strict";
import { findLenientArp } from "../../../preflight/kube-proxy";
import { FakeObjects, situationOf } from "../support/fake-objects";
import { manifest } from "../support/manifests";
import { smallStack } from "../support/stacks";

describe("findLenientArp", () => {
  const withMetalLb = smallStack({ "sluice:metallb": { addresses: ["10.0.0.0/24"] } });
  const warningsOf = async (config: string | undefined, stack = withMetalLb) => {
    const live = new FakeObjects();
    if (config !== undefined) {
      const data = { "config.conf": config };
      live.put({ ...manifest("ConfigMap", "kube-proxy", { namespace: "kube-system" }), data });
    }
    return (await findLenientArp(await situationOf(stack, live))).warnings ?? [];
  };
  const ipvs = (strictARP: boolean) => `kind: KubeProxyConfiguration\nmode: ipvs\nipvs: { strictARP: ${strictARP} }\n`;

  it("warns of IPVS without strictARP, with the command that sets it", async () => {
    const [warning = "", ...others] = await warningsOf(ipvs(false));
    assert.match(
      warning,
      /IPVS mode without strictARP .*strictARP: true.* kubectl rollout restart daemonset kube-proxy/,
    );
    assert.deepEqual(others, []);
    assert.equal((await warningsOf("mode: ipvs")).length, 1);
  });

  for (const [title, config, stack] of [
    ["IPVS with strictARP", ipvs(true)],
    ["iptables", 'mode: ""\nipvs: { strictARP: false }'],
    ["a kube-proxy that is set up otherwise", undefined],
    ["settings that can't be read", "mode: ["],
    ["a stack without MetalLB", ipvs(false), smallStack()],
  ] as const)
    it(`is silent about ${title}`, async () => assert.deepEqual(await warningsOf(config, stack), []));
});
