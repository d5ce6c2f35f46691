import assert from "node:assert/strict";
import { noPrivileged } from "../../policies/no-privileged";
import { check } from "./support/check";
import { deployment, goodContainer, object, template, unknown } from "./support/objects";

describe("no-privileged", () => {
  const refused = async (resource: ReturnType<typeof deployment>, config = {}) =>
    (await check(noPrivileged, [resource], config)).violations;
  const adding = (...add: string[]) => ({ container: { securityContext: { capabilities: { drop: ["ALL"], add } } } });
  /** What MetalLB's chart 0.15.2 makes. */
  const speaker = (place: { name?: string; namespace?: string } = {}) =>
    object(
      "apps/v1",
      "DaemonSet",
      { name: "metallb-speaker", namespace: "metallb-system", ...place },
      {
        spec: { template: template({ ...adding("NET_RAW"), pod: { hostNetwork: true } }) },
      },
    );

  it("lets ordinary pods pass, and those that say no", async () => {
    assert.deepEqual(await refused(deployment()), []);
    const securityContext = { privileged: false, allowPrivilegeEscalation: false };
    const pod = { hostNetwork: false, hostPID: false, volumes: [{ name: "files", configMap: { name: "files" } }] };
    assert.deepEqual(await refused(deployment({ container: { securityContext }, pod })), []);
  });

  for (const [what, parts, message] of [
    [
      "privileged",
      { container: { securityContext: { privileged: true } } },
      /container app: securityContext\.privileged: true/,
    ],
    [
      "escalation",
      { container: { securityContext: { allowPrivilegeEscalation: true } } },
      /securityContext\.allowPrivilegeEscalation: true is refused/,
    ],
    ["a capability", adding("NET_ADMIN"), /capabilities\.add: NET_ADMIN is refused: .*capabilities: \["NET_ADMIN"\]/],
    ["the node's network", { pod: { hostNetwork: true } }, /nginx-v1: hostNetwork: true is refused/],
    ["the node's processes", { pod: { hostPID: true } }, /hostPID: true is refused/],
    ["the node's shared memory", { pod: { hostIPC: true } }, /hostIPC: true is refused/],
    [
      "the node's files",
      { pod: { volumes: [{ name: "run", hostPath: { path: "/run" } }] } },
      /the volume run of hostPath \/run is refused: .*hostPaths: \["\/run"\]/,
    ],
    [
      "an init container's privileges",
      { pod: { initContainers: [{ name: "init", securityContext: { privileged: true } }] } },
      /container init: /,
    ],
  ] as const)
    it(`refuses ${what}`, async () => {
      const violations = await refused(deployment(parts));
      assert.equal(violations.length, 1);
      assert.match(violations[0] ?? "", message);
      assert.match(violations[0] ?? "", /"allowed" of no-privileged/);
    });

  it("names each of several", async () =>
    assert.equal(
      (await refused(deployment({ ...adding("NET_ADMIN", "NET_RAW"), pod: { hostNetwork: true } }))).length,
      3,
    ));

  it("lets MetalLB's speaker do what it must, and nobody else", async () => {
    assert.deepEqual(await refused(speaker()), []);
    assert.equal((await refused(speaker({ name: "other" }))).length, 2);
    assert.equal((await refused(speaker({ namespace: "demo" }))).length, 2);
  });

  it("lets ingress-nginx listen on low ports", async () => {
    const place = { name: "ingress-nginx-controller", namespace: "ingress-nginx" };
    assert.deepEqual(await refused(deployment({ ...place, ...adding("NET_BIND_SERVICE") })), []);
    assert.equal((await refused(deployment({ ...place, ...adding("SYS_ADMIN") }))).length, 1);
  });

  it("takes the config's list in place of its own, and puts an object's entries together", async () => {
    const allowed = [
      { namespace: "demo", capabilities: ["NET_ADMIN"] },
      { namespace: "demo", name: "nginx-v1", hostNetwork: true },
    ];
    const parts = { ...adding("NET_ADMIN"), pod: { hostNetwork: true } };
    assert.deepEqual(await refused(deployment(parts), { allowed }), []);
    assert.equal((await refused(deployment({ ...parts, name: "nginx-v2" }), { allowed })).length, 1);
    assert.equal((await refused(speaker(), { allowed })).length, 2);
  });

  it("refuses what it can see where other fields are unknown, and says what it can't", async () => {
    const containers = [
      { ...goodContainer, securityContext: { privileged: unknown } },
      { ...goodContainer, name: "sidecar", securityContext: { privileged: true } },
    ];
    const volumes = [{ name: "run", hostPath: { path: "/run" } }];
    const findings = await check(noPrivileged, [deployment({ pod: { containers, volumes, hostNetwork: unknown } })]);
    assert.equal(findings.violations.length, 2);
    assert.match(findings.unknown[0] ?? "", /hostNetwork can't be known/);
  });
});
