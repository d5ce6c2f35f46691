import assert from "node:assert/strict";
import { networkPolicyRequired } from "../../policies/network-policy-required";
import { check, urnOf } from "./support/check";
import { deployment, object, unknown, versionLabels } from "./support/objects";

describe("network-policy-required", () => {
  const policy = (podSelector: unknown, namespace = "demo") =>
    object("networking.k8s.io/v1", "NetworkPolicy", { name: "nginx", namespace }, { spec: { podSelector } });
  const findings = (...policies: Parameters<typeof check>[1]) =>
    check(networkPolicyRequired, [deployment(), ...policies]);

  it("refuses pods that none selects, and names what makes them", async () => {
    for (const others of [[], [policy({ matchLabels: versionLabels("v2") })], [policy({}, "shop")]]) {
      const { violations, urns } = await findings(...others);
      assert.match(violations[0] ?? "", /^Deployment demo\/nginx-v1 has pods that no NetworkPolicy selects/);
      assert.deepEqual(urns, [urnOf(deployment())]);
    }
  });

  it("lets those pass that one selects, by their labels or with all of the namespace", async () => {
    for (const selector of [{}, { matchLabels: { app: "nginx" } }])
      assert.deepEqual((await findings(policy(selector))).violations, []);
  });

  it("lets pods pass that have their node's network, which no NetworkPolicy reaches", async () => {
    const speaker = deployment({ pod: { hostNetwork: true } });
    assert.deepEqual((await check(networkPolicyRequired, [speaker])).violations, []);
  });

  it("refuses nothing while a selector is unknown", async () =>
    assert.deepEqual((await findings(policy({ matchLabels: { app: unknown } }))).violations, []));
});
