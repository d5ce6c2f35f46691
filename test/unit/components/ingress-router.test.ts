import assert from "node:assert/strict";
import type { EvaluatedProgram, ProgramResource } from "../../../engines/evaluate";
import { at, dependenciesOf, namesOf, objectOf, runProgram, runStack } from "../support/programs";
import { smallStack } from "../support/stacks";

const prefix = "nginx.ingress.kubernetes.io";

function pathOf({ inputs }: ProgramResource) {
  const rule = at(inputs, "spec", "rules", 0);
  const path = at(rule, "http", "paths", 0);
  return { host: at(rule, "host"), path: at(path, "path"), pathType: at(path, "pathType") };
}

const serviceOf = ({ inputs }: ProgramResource) =>
  at(inputs, "spec", "rules", 0, "http", "paths", 0, "backend", "service", "name");

describe("IngressRouter", () => {
  let program: EvaluatedProgram;
  const mainline = () => objectOf(program, "Ingress", "nginx");
  const canary = () => objectOf(program, "Ingress", "nginx-canary");
  before(async () => (program = await runStack("dev")));

  it("gives mainline and canary the same host, path and pathType, and a Service each", () => {
    assert.deepEqual(pathOf(mainline()), { host: "www.test.com", path: "/", pathType: "Prefix" });
    assert.deepEqual(pathOf(canary()), pathOf(mainline()));
    assert.deepEqual([serviceOf(mainline()), serviceOf(canary())], ["nginx-v1", "nginx-v2"]);
  });

  it("writes annotations on the canary alone, exactly these", () => {
    assert.deepEqual(at(mainline().inputs, "metadata", "annotations") ?? {}, {});
    assert.deepEqual(at(canary().inputs, "metadata", "annotations"), {
      [`${prefix}/canary`]: "true",
      [`${prefix}/canary-weight`]: "10",
    });
  });

  it("chooses the controller by its class, in the workload's namespace", () => {
    for (const ingress of [mainline(), canary()]) {
      assert.equal(at(ingress.inputs, "spec", "ingressClassName"), "nginx");
      assert.equal(at(ingress.inputs, "metadata", "namespace"), "demo");
    }
  });

  it("waits for the pods that it leads to and for the entrance", () => {
    for (const [ingress, version] of [
      [mainline(), "v1"],
      [canary(), "v2"],
    ] as const) {
      const dependencies = dependenciesOf(ingress);
      for (const wanted of [`Deployment nginx-${version}`, `Service nginx-${version}`, "Service traefik"])
        assert.ok(dependencies.includes(wanted), `${ingress.name} waits for ${wanted}`);
    }
    assert.ok(dependenciesOf(canary()).includes("Ingress nginx"));
  });

  it("waits for the whole chart of ingress-nginx", async () => {
    const prod = await runStack("prod");
    assert.ok(dependenciesOf(objectOf(prod, "Ingress", "nginx")).includes("Chart ingress-nginx"));
  });

  it("takes path and pathType of the plan for both", async () => {
    const exact = await runStack("dev", { "sluice:path": "/shop", "sluice:pathType": "Exact" });
    for (const name of ["nginx", "nginx-canary"])
      assert.deepEqual(pathOf(objectOf(exact, "Ingress", name)), {
        host: "www.test.com",
        path: "/shop",
        pathType: "Exact",
      });
  });

  it("has no canary Ingress where there is no canary, and leads to stable", async () => {
    const changes = { "sluice:canary": undefined, "sluice:canaryWeight": undefined, "sluice:stable": "v2" };
    const without = await runStack("dev", changes);
    assert.deepEqual(namesOf(without, "Ingress"), ["nginx"]);
    assert.equal(serviceOf(objectOf(without, "Ingress", "nginx")), "nginx-v2");
  });

  it("works for a controller that is there already", async () => {
    const controller = { kind: "existing", className: "internal" };
    const existing = await runProgram(smallStack({ "sluice:ingressController": controller }));
    assert.equal(at(objectOf(existing, "Ingress", "nginx").inputs, "spec", "ingressClassName"), "internal");
    assert.deepEqual(namesOf(existing, "IngressClass"), []);
    assert.equal(existing.outputs["address"], undefined);
  });
});
