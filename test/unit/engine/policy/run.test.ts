import assert from "node:assert/strict";
import * as k8s from "@pulumi/kubernetes";
import {
  validateResourceOfType,
  type Policy,
  type ResourceValidationPolicy,
  type StackValidationPolicy,
} from "@pulumi/policy";
import type { PolicySettings } from "../../../../engine/policy/pack";
import { policyResources } from "../../../../engine/policy/resources";
import { runPolicies } from "../../../../engine/policy/run";
import type { Comparison } from "../../../../traffic/compare-update";
import type { CanaryPlan } from "../../../../traffic/plan";
import { planWithoutCanary } from "../../support/plans";

const service = { apiVersion: "v1", kind: "Service", metadata: { name: "web", namespace: "demo" } };
const namespace = { apiVersion: "v1", kind: "Namespace", metadata: { name: "demo" } };
const resources = policyResources({
  stack: "dev",
  manifests: [namespace, service],
  outputs: { plan: planWithoutCanary({ stable: "v2" }), versions: {} },
  lastOutputs: { plan: planWithoutCanary() },
});

const noServices: ResourceValidationPolicy = {
  name: "no-services",
  description: "",
  validateResource: (args, report) => {
    const { type, props } = args;
    if (type.startsWith("pulumi:")) args.notApplicable("the stack is no Service");
    if (type !== "kubernetes:core/v1:Service") return;
    report(`${String((props["metadata"] as { name: string }).name)} ${JSON.stringify(args.getConfig())}`);
  },
};
const comparesPlans: StackValidationPolicy = {
  name: "compares-plans",
  description: "",
  validateStack: ({ resources }, report) => {
    const shown = resources.find(({ type }) => type === "sluice:release:Plan");
    const { kind, plan } = JSON.parse(shown?.opts.additionalSecretOutputs[0] ?? "{}") as Comparison & {
      plan: CanaryPlan;
    };
    report(`${kind}: ${plan.stable} → ${(shown?.props["plan"] as CanaryPlan).stable}`);
  },
};
const neverApplies: StackValidationPolicy = {
  name: "never-applies",
  description: "",
  validateStack: (args) => args.notApplicable("nothing to compare"),
};

const run = (policy: Policy, settings: Partial<PolicySettings> = {}) =>
  runPolicies([policy], new Map([[policy.name, { level: "mandatory", config: {}, ...settings }]]), resources);

describe("runPolicies", () => {
  it("shows each object to a policy of resources, and names it as a user would", async () => {
    const { violations } = await run(noServices, { config: { limit: 3 } });
    assert.deepEqual(violations, [
      { policy: "no-services", level: "mandatory", object: "Service demo/web", message: 'web {"limit":3}' },
    ]);
  });

  it("runs a policy of one type of resource on resources of that type", async () => {
    const typed: ResourceValidationPolicy = {
      name: "typed",
      description: "",
      validateResource: validateResourceOfType(k8s.core.v1.Service, ({ metadata }, _, report) =>
        report(`${metadata?.name}`),
      ),
    };
    assert.deepEqual(
      (await run(typed)).violations.map(({ message }) => message),
      ["web"],
    );
  });

  it("shows the plan and the last one to a policy of the stack", async () => {
    const { violations } = await run(comparesPlans, { level: "advisory" });
    assert.deepEqual(violations, [
      {
        policy: "compares-plans",
        level: "advisory",
        object: undefined,
        message: "release: v1 → v2",
      },
    ]);
  });

  it("takes a level that can't be kept here for mandatory", async () =>
    assert.equal((await run(noServices, { level: "remediate" })).violations[0]?.level, "mandatory"));

  it("leaves out what is disabled", async () =>
    assert.deepEqual(await run(noServices, { level: "disabled" }), { violations: [], notApplicable: [], mended: [] }));

  it("says why a policy had nothing to decide", async () => {
    const { notApplicable } = await run(noServices);
    assert.deepEqual(notApplicable, [{ policy: "no-services", reason: "the stack is no Service" }]);
  });

  it("says of a policy of the stack why it had nothing to decide", async () =>
    assert.deepEqual(await run(neverApplies), {
      violations: [],
      notApplicable: [{ policy: "never-applies", reason: "nothing to compare" }],
      mended: [],
    }));

  it("mends objects before any policy looks at them, and leaves what it was given alone", async () => {
    const mending: ResourceValidationPolicy = {
      ...noServices,
      remediateResource: ({ type, props }) => {
        if (type !== "kubernetes:core/v1:Service") return undefined;
        Object.assign(props["metadata"] as object, { name: "mended" });
        return props;
      },
    };
    const { violations, mended } = await run(mending, { level: "remediate" });
    assert.deepEqual(mended, [{ policy: "no-services", object: "Service demo/web" }]);
    assert.equal(violations[0]?.message, "mended {}");
    assert.equal((await run(mending)).violations[0]?.message, "web {}");
  });

  it("does not hide a policy that breaks", async () => {
    const broken: StackValidationPolicy = {
      ...neverApplies,
      validateStack: () => {
        throw new Error("broken");
      },
    };
    await assert.rejects(run(broken), /broken/);
  });
});
