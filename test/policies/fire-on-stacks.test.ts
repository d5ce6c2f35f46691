import assert from "node:assert/strict";
import { packConfigFile, readPackConfig } from "../../engine/policy/pack";
import { policyResources } from "../../engine/policy/resources";
import { runPolicies } from "../../engine/policy/run";
import { policies } from "../../policies/policies";
import { render } from "../../scripts/policies/examples";
import { flaggerStack, smallStack, type RawConfig } from "../unit/support/stacks";

/** What production asks for beyond the short form's defaults. */
const version = {
  image: `nginx:1@sha256:${"0".repeat(64)}`,
  replicas: 2,
  minAvailable: 1,
  runAsUser: 1000,
  readOnlyRootFilesystem: true,
  resources: { requests: { cpu: "20m", memory: "32Mi" }, limits: { memory: "128Mi" } },
};
const production = {
  "sluice:versions": { v1: version, v2: version },
  "sluice:route": { tls: [{ secretName: "www", hosts: ["www.test.com"] }] },
};

/** What refuses a stack as production. */
async function refusals(before: RawConfig, stack: RawConfig) {
  const resources = policyResources({ stack: "good", ...(await render({ before, stack })) });
  const { violations } = await runPolicies(policies, readPackConfig(packConfigFile("production"), policies), resources);
  return violations.filter(({ level }) => level === "mandatory");
}

describe("no policy refuses a stack that is fit for production", () => {
  it("at rest", async () => assert.deepEqual(await refusals(smallStack(production), smallStack(production)), []));

  it("at a step of 20 points", async () =>
    assert.deepEqual(
      await refusals(smallStack(production), smallStack({ ...production, "sluice:canaryWeight": 30 })),
      [],
    ));

  it("but one more than that, and a rule of which nobody knows whom it matches", async () => {
    const named = async (changes: RawConfig) =>
      (await refusals(smallStack(production), smallStack({ ...production, ...changes }))).map(({ policy }) => policy);
    assert.deepEqual(await named({ "sluice:canaryWeight": 31 }), ["canary-weight-step"]);
    assert.deepEqual(await named({ "sluice:cookieMatch": "beta" }), ["canary-weight-step"]);
    assert.deepEqual(await named({ "sluice:headerMatch": { name: "X-Canary" } }), []);
  });

  it("and whose image changes in place", async () => {
    const versions = { v1: { ...version, env: { A: "b" } }, v2: version };
    const found = await refusals(smallStack(production), smallStack({ ...production, "sluice:versions": versions }));
    assert.deepEqual(
      found.map(({ policy }) => policy),
      ["no-in-place-release"],
    );
  });

  it("that Flagger drives, at a change of stable", async () => {
    const at = (stable: string) => flaggerStack({}, { ...production, "sluice:stable": stable });
    assert.deepEqual(await refusals(at("v1"), at("v2")), []);
  });
});
