import assert from "node:assert/strict";
import { packConfigFile, readPackConfig } from "../../engine/policy/pack";
import { policyResources } from "../../engine/policy/resources";
import { runPolicies } from "../../engine/policy/run";
import { policies } from "../../policies/policies";
import { flaggerStack, smallStack } from "../unit/support/stacks";
import { badStacks } from "./support/bad-stacks";
import { render } from "./support/render";

/** A stack that is rendered knows nothing of its rollouts: these have a test of their own. */
const rendered = policies.filter(({ name }) => name !== "rollout-stands");

describe("every policy fires on a rendered stack", () => {
  it("has a bad stack for each policy", () =>
    assert.deepEqual(Object.keys(badStacks).sort(), rendered.map(({ name }) => name).sort()));

  it("and none on a stack that is fit for production", async () => {
    const version = {
      image: `nginx:1@sha256:${"0".repeat(64)}`,
      replicas: 2,
      minAvailable: 1,
    };
    const good = smallStack({
      "sluice:versions": { v1: version, v2: version },
      "sluice:tls": [{ secretName: "www", hosts: ["www.test.com"] }],
    });
    const resources = policyResources({ stack: "good", ...(await render({ stacks: [good], last: good })) });
    const { violations } = await runPolicies(
      policies,
      readPackConfig(packConfigFile("production"), policies),
      resources,
    );
    assert.deepEqual(violations, []);
  });

  it("and none on such a stack that Flagger drives, at a change of stable", async () => {
    const image = `nginx:1@sha256:${"0".repeat(64)}`;
    const version = { image, replicas: 2, minAvailable: 1 };
    const production = (stable: string) =>
      flaggerStack(
        {},
        {
          "sluice:stable": stable,
          "sluice:versions": { v1: version, v2: version },
          "sluice:tls": [{ secretName: "www", hosts: ["www.test.com"] }],
        },
      );
    const changed = await render({ stacks: [production("v2")], last: production("v1") });
    const config = readPackConfig(packConfigFile("production"), policies);
    const { violations } = await runPolicies(policies, config, policyResources({ stack: "flagger", ...changed }));
    assert.deepEqual(violations, []);
  });

  for (const policy of rendered)
    it(policy.name, async () => {
      const bad = badStacks[policy.name] ?? assert.fail();
      const level = (config = {}) => new Map([[policy.name, { level: "mandatory", config } as const]]);
      const resources = policyResources({ stack: "bad", ...(await render(bad)) });
      const { violations } = await runPolicies([policy], level(bad.settings), resources);
      assert.notDeepEqual(violations, []);
      assert.ok(
        violations.every(({ message }) => !message.includes("the policy itself failed")),
        violations[0]?.message,
      );
    });
});
