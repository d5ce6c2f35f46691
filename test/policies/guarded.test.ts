import assert from "node:assert/strict";
import type { ResourceValidationPolicy, StackValidationPolicy } from "@pulumi/policy";
import { eachOf } from "../../policies/support/unknowns";
import { check } from "./support/check";
import { deployment, unknown } from "./support/objects";

describe("a policy of the pack", () => {
  const ofResource = (validateResource: ResourceValidationPolicy["validateResource"]): ResourceValidationPolicy => ({
    name: "broken",
    description: "Breaks.",
    validateResource,
  });
  const ofStack = (validateStack: StackValidationPolicy["validateStack"]): StackValidationPolicy => ({
    name: "broken",
    description: "Breaks.",
    validateStack,
  });
  const fail = () => {
    throw new TypeError("no such field");
  };

  for (const [what, policy] of [
    ["of a resource", ofResource(fail)],
    ["of a stack", ofStack(fail)],
    ["that fails later", ofStack(() => Promise.reject(new TypeError("no such field")))],
  ] as const)
    it(`${what} that throws is a violation of itself`, async () =>
      assert.deepEqual((await check(policy, [deployment()])).violations, ["the policy itself failed: no such field"]));

  it("keeps what it said before it failed", async () => {
    const policy = ofResource((_, report) => {
      report("first");
      fail();
    });
    assert.deepEqual((await check(policy, [deployment()])).violations, [
      "first",
      "the policy itself failed: no such field",
    ]);
  });

  it("leaves to the SDK what does not apply", async () => {
    const findings = await check(
      ofStack((args) => args.notApplicable("nothing to see")),
      [],
    );
    assert.deepEqual([findings.violations, findings.notApplicable], [[], ["nothing to see"]]);
  });

  it("fails by an error of its own, whatever was unknown before it", async () => {
    const policy = ofResource(({ props }) => eachOf([() => void props["kind"], fail], (read) => void read()));
    const resource = deployment();
    const findings = await check(policy, [{ ...resource, props: { ...resource.props, kind: unknown } }]);
    assert.deepEqual(findings.violations, ["the policy itself failed: no such field"]);
  });

  it("leaves to the SDK what is unknown", async () => {
    const policy = ofResource(({ props }) => void (props as { kind: string }).kind);
    const resource = deployment();
    const findings = await check(policy, [{ ...resource, props: { ...resource.props, kind: unknown } }]);
    assert.deepEqual(findings.violations, []);
    assert.match(findings.unknown[0] ?? "", /value at \.kind can't be known/);
  });
});
