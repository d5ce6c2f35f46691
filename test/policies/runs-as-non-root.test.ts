import assert from "node:assert/strict";
import { runsAsNonRoot } from "../../policies/runs-as-non-root";
import { check } from "./support/check";
import { deployment, unknown, without } from "./support/objects";

describe("runs-as-non-root", () => {
  const runs = async (parts: Parameters<typeof deployment>[0], config = {}) =>
    (await check(runsAsNonRoot, [deployment(parts)], config)).violations;
  const root = /securityContext\.runAsUser is 0, which is root: name another user in sluice:versions\.v1\.runAsUser/;

  it("lets a user other than root pass, said by the pod or by the container", async () => {
    assert.deepEqual(await runs({}), []);
    const securityContext = { runAsNonRoot: true };
    assert.deepEqual(await runs({ pod: { securityContext: {} }, container: { securityContext } }), []);
  });

  it("refuses a pod that does not say it", async () => {
    const bare = without(deployment(), "spec.template.spec.securityContext");
    const { violations } = await check(runsAsNonRoot, [bare]);
    assert.equal(violations.length, 1);
    assert.match(violations[0] ?? "", /container app: securityContext\.runAsNonRoot is missing, and must be true/);
  });

  it("refuses a container that says otherwise than its pod", async () => {
    assert.match(
      (await runs({ container: { securityContext: { runAsNonRoot: false } } }))[0] ?? "",
      /runAsNonRoot is false/,
    );
    assert.match((await runs({ container: { securityContext: { runAsUser: 0 } } }))[0] ?? "", root);
  });

  it("refuses root as the pod's user, unless the container has another", async () => {
    const pod = { securityContext: { runAsNonRoot: true, runAsUser: 0 } };
    assert.match((await runs({ pod }))[0] ?? "", root);
    assert.deepEqual(await runs({ pod, container: { securityContext: { runAsUser: 101 } } }), []);
  });

  it("counts init containers, and leaves out exempt namespaces", async () => {
    const pod = { initContainers: [{ name: "init", securityContext: { runAsUser: 0 } }] };
    assert.match((await runs({ pod }))[0] ?? "", /container init: /);
    assert.deepEqual(await runs({ pod }, { exemptNamespaces: ["demo"] }), []);
  });

  it("refuses what it can see where the user is unknown, and says what it can't", async () => {
    const pod = { securityContext: { runAsNonRoot: false, runAsUser: unknown } };
    const findings = await check(runsAsNonRoot, [deployment({ pod })]);
    assert.equal(findings.violations.length, 1);
    assert.match(findings.unknown[0] ?? "", /runAsUser can't be known/);
  });
});
