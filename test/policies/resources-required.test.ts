import assert from "node:assert/strict";
import { resourcesRequired } from "../../policies/resources-required";
import { check } from "./support/check";
import { deployment, goodContainer, unknown, without } from "./support/objects";

const resources = "spec.template.spec.containers.0.resources";

describe("resources-required", () => {
  const withLimit = { required: ["requests.cpu", "requests.memory", "limits.memory"] };
  const bounded = async (resource: ReturnType<typeof deployment>, config: object = withLimit) =>
    (await check(resourcesRequired, [resource], config)).violations;

  it("lets requests with a memory limit pass, without a CPU limit", async () =>
    assert.deepEqual(await bounded(deployment()), []));

  it("asks for no limit unless its settings do", async () =>
    assert.deepEqual(await bounded(without(deployment(), `${resources}.limits`), {}), []));

  for (const [field, path] of [
    ["resources.requests.cpu", `${resources}.requests.cpu`],
    ["resources.limits.memory", `${resources}.limits.memory`],
  ] as const)
    it(`refuses a container without ${field}`, async () => {
      const [message] = await bounded(without(deployment(), path));
      assert.equal(
        message,
        `Deployment demo/nginx-v1, container app: ${field} missing: set it in sluice:versions.v1.resources.`,
      );
    });

  it("names the manifests and a patch for the pods of an application's own", async () => {
    const labels = { app: "nginx", version: "2024", "sluice.dev/version": "v1" };
    const pods = deployment({ labels, container: { resources: {} } });
    assert.match(
      (await bounded(pods))[0] ?? "",
      /set it in its resources, in the manifests or by sluice:versions\.v1\.patch/,
    );
  });

  it("takes a limit for the request that is missing, as the API server does", async () => {
    assert.deepEqual(await bounded(without(deployment(), `${resources}.requests.memory`)), []);
    const [message] = await bounded(
      without(deployment(), `${resources}.requests.memory`, `${resources}.limits.memory`),
    );
    assert.match(message ?? "", /: resources\.requests\.memory, resources\.limits\.memory missing/);
  });

  it("names all that is missing of a container without any", async () => {
    const [message] = await bounded(without(deployment(), resources));
    assert.match(message ?? "", /requests\.cpu, resources\.requests\.memory, resources\.limits\.memory missing/);
  });

  it("wants what the config names, and nothing else", async () => {
    assert.match(
      (await bounded(deployment(), { required: ["limits.cpu"] }))[0] ?? "",
      /: resources\.limits\.cpu missing/,
    );
    assert.deepEqual(await bounded(without(deployment(), resources), { required: [] }), []);
  });

  it("counts init containers", async () => {
    const init = deployment({ pod: { initContainers: [{ name: "init" }] } });
    assert.match((await bounded(init))[0] ?? "", /container init: /);
  });

  it("checks the other containers where one is unknown, and says so", async () => {
    const containers = [
      { ...goodContainer, resources: { requests: { cpu: unknown } } },
      { ...goodContainer, name: "sidecar", resources: {} },
    ];
    const findings = await check(resourcesRequired, [deployment({ pod: { containers } })]);
    assert.equal(findings.violations.length, 1);
    assert.match(findings.unknown[0] ?? "", /requests\.cpu can't be known/);
  });
});
