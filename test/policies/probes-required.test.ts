import assert from "node:assert/strict";
import { probesRequired } from "../../policies/probes-required";
import { check } from "./support/check";
import { deployment, object, template, unknown, without } from "./support/objects";

const readiness = "spec.template.spec.containers.0.readinessProbe";
const liveness = "spec.template.spec.containers.0.livenessProbe";

describe("probes-required", () => {
  const probed = async (resource: ReturnType<typeof deployment>, config = {}) =>
    (await check(probesRequired, [resource], config)).violations;

  it("lets containers with probes pass, and those without a liveness probe", async () => {
    assert.deepEqual(await probed(deployment()), []);
    assert.deepEqual(await probed(without(deployment(), liveness)), []);
  });

  it("refuses a container without a readiness probe", async () => {
    const violations = await probed(without(deployment(), readiness));
    assert.equal(violations.length, 1);
    assert.match(
      violations[0] ?? "",
      /container app: readinessProbe is missing: .*sluice:versions\.v1\.probes\.readiness/,
    );
  });

  it("wants a liveness probe where the config says so", async () => {
    const [message] = await probed(without(deployment(), liveness), { livenessProbe: true });
    assert.match(message ?? "", /livenessProbe is missing: .*sluice:versions\.v1\.probes\.liveness/);
    assert.equal((await probed(without(deployment(), readiness, liveness), { livenessProbe: true })).length, 2);
  });

  it("looks at what keeps running, and not at jobs or init containers", async () => {
    const spec = { template: template({ container: { readinessProbe: undefined } }) };
    const noProbe = JSON.parse(JSON.stringify(spec)) as object;
    for (const kind of ["StatefulSet", "DaemonSet"])
      assert.equal((await probed(object("apps/v1", kind, {}, { spec: noProbe }))).length, 1, kind);
    assert.deepEqual(await probed(object("batch/v1", "Job", {}, { spec: noProbe })), []);
    const pod = { containers: [{ name: "app" }] };
    assert.equal((await probed(object("v1", "Pod", {}, { spec: pod }))).length, 1);
    assert.deepEqual(await probed(object("v1", "Pod", {}, { spec: { ...pod, restartPolicy: "Never" } })), []);
    assert.deepEqual(await probed(deployment({ pod: { initContainers: [{ name: "init" }] } })), []);
  });

  it("says that it could not be run where a probe is unknown", async () => {
    const findings = await check(probesRequired, [deployment({ container: { readinessProbe: unknown } })]);
    assert.deepEqual(findings.violations, []);
    assert.match(findings.unknown[0] ?? "", /readinessProbe can't be known/);
  });
});
