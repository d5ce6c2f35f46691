import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parseAllDocuments } from "yaml";
import { podSecurity } from "../../policies/pod-security";
import { podSecurityLevels } from "../../policies/support/pod-security";
import { check, mend, type Resource } from "./support/check";
import { deployment, goodContainer, object, template, unknown } from "./support/objects";

interface Pod {
  readonly metadata: { readonly name: string; readonly annotations?: Record<string, string> };
  readonly spec: object;
}

/** The pods of Kubernetes' own tests of its admission. */
function kubernetesPods(level: string, verdict: "pass" | "fail"): Pod[] {
  const text = readFileSync(join(__dirname, "pod-security", `${level}-${verdict}.yaml`), "utf8");
  return parseAllDocuments(text)
    .map((document) => document.toJS() as Pod | null)
    .filter((pod) => pod !== null);
}

describe("pod-security", () => {
  const refused = async (resource: Resource, config = {}) => (await check(podSecurity, [resource], config)).violations;
  const asResource = ({ metadata, spec }: Pod) => object("v1", "Pod", metadata, { spec });

  for (const level of podSecurityLevels) {
    for (const pod of kubernetesPods(level, "pass"))
      it(`lets ${pod.metadata.name} pass at "${level}", as Kubernetes does`, async () =>
        assert.deepEqual(await refused(asResource(pod), { level }), []));

    for (const pod of kubernetesPods(level, "fail"))
      it(`refuses ${pod.metadata.name} at "${level}", as Kubernetes does`, async () =>
        assert.notDeepEqual(await refused(asResource(pod), { level }), []));
  }

  it("lets Kubernetes' baseline pods that are no restricted ones pass at its own level only", async () => {
    const [pod = assert.fail()] = kubernetesPods("baseline", "pass");
    assert.deepEqual(await refused(asResource(pod)), []);
    assert.notDeepEqual(await refused(asResource(pod), { level: "restricted" }), []);
  });

  it("names container, field, control and the way out", async () => {
    const [message = ""] = await refused(deployment({ container: { ports: [{ containerPort: 80, hostPort: 80 }] } }));
    assert.match(
      message,
      /^Deployment demo\/nginx-v1, container app: hostPort: 80 is not "baseline" \(Host Ports\): remove it, and lead users there by a Service, in its pod template\.$/,
    );
  });

  it("lets MetalLB's speaker do what it must, and nobody else", async () => {
    const securityContext = { capabilities: { drop: ["ALL"], add: ["NET_RAW"] } };
    const speaker = (place: object = {}) =>
      object(
        "apps/v1",
        "DaemonSet",
        { name: "metallb-speaker", namespace: "metallb-system", ...place },
        { spec: { template: template({ container: { securityContext }, pod: { hostNetwork: true } }) } },
      );
    assert.deepEqual(await refused(speaker()), []);
    assert.equal((await refused(speaker({ name: "other" }))).length, 2);
    assert.equal((await refused(speaker({ namespace: "demo" }))).length, 2);
    assert.equal((await refused(speaker(), { exceptions: [] })).length, 2);
  });

  it("refuses what it can see where other fields are unknown, and says what it can't", async () => {
    const containers = [
      { ...goodContainer, securityContext: { privileged: unknown } },
      { ...goodContainer, name: "sidecar", securityContext: { privileged: true } },
    ];
    const volumes = [{ name: "run", hostPath: { path: "/run" } }];
    const findings = await check(podSecurity, [deployment({ pod: { containers, volumes, hostNetwork: unknown } })]);
    assert.equal(findings.violations.length, 2);
    assert.match(findings.unknown[0] ?? "", /hostNetwork can't be known/);
  });

  it("mends a missing seccomp profile, and no other", async () => {
    const mended = await mend(podSecurity, deployment());
    assert.deepEqual(
      (mended as { spec: { template: { spec: { securityContext: object } } } }).spec.template.spec.securityContext,
      {
        runAsNonRoot: true,
        runAsUser: 101,
        seccompProfile: { type: "RuntimeDefault" },
      },
    );
    const seccompProfile = { type: "Unconfined" };
    assert.equal(await mend(podSecurity, deployment({ pod: { securityContext: { seccompProfile } } })), undefined);
  });
});
