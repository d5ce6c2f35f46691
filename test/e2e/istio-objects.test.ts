import assert from "node:assert/strict";
import { execa } from "execa";
import type { Manifest } from "../../render/manifest";
import { objectsOfStack } from "../../render/render-stack";
import { readStack } from "../../engine/stack-file";
import { packageFolder } from "../../package-folder";
import { exampleFile } from "./support/example";
import { applyObjects, checkObjects } from "./support/istio";
import { istioPlans } from "./support/istio-plans";
import { analyze, whyNoIstioctl } from "./support/istioctl";
import { kubectl, skipBecause, testLab, useLab, whyNoLab } from "./support/lab";
import { removeStack, testStack, writeStack } from "./support/stack";

const minutes = 60_000;
const example = exampleFile("istio");
const namespace = "devices";

describe("Istio's objects, by its kinds alone", function () {
  this.timeout(5 * minutes);

  const render = async (plan: string): Promise<readonly Manifest[]> => {
    writeStack(istioPlans[plan], example);
    const { config } = readStack(testStack);
    const context = { report: () => undefined, signal: AbortSignal.timeout(minutes) };
    return (await objectsOfStack({ stack: testStack, config }, context)).manifests;
  };

  after(removeStack);

  describe("where the API server has them", () => {
    before(async function () {
      await useLab(this, whyNoLab());
    });

    after(async () => {
      if (whyNoLab()) return;
      await kubectl("delete", "namespace", namespace, "--ignore-not-found");
    });

    it("refuses a plan for a cluster without them, and says how to get them", async () => {
      const kinds = (await kubectl("get", "customresourcedefinitions", "-o", "name")).split("\n");
      const istios = kinds.filter((name) => name.endsWith(".istio.io"));
      if (istios.length > 0) await kubectl("delete", ...istios);
      writeStack([], example);
      // As a cluster of the user's own: a lab without what it was given counts as one that is not up.
      const cluster = ["--context", await kubectl("config", "current-context")];
      const { exitCode, stderr } = await execa("node", ["cli/sluice.js", "preview", "--stack", testStack, ...cluster], {
        cwd: packageFolder,
        reject: false,
        env: { KUBECONFIG: `/var/lib/${testLab.name}/kubeconfig` },
      });
      assert.equal(exitCode, 2, stderr);
      assert.match(stderr, /sluice:router is "?istio"?: .*does not have: istioctl install, or helm install istio-base/);
    });

    describe("once the lab has its part istio-crds", () => {
      before(async function () {
        await useLab(this, undefined, "istio-crds");
        await applyObjects([{ apiVersion: "v1", kind: "Namespace", metadata: { name: namespace } }]);
      });

      for (const plan of Object.keys(istioPlans))
        it(`accepts ${plan}`, async () => {
          const objects = (await render(plan)).filter((one) => one.apiVersion.startsWith("networking.istio.io/"));
          for (const kind of ["Gateway", "VirtualService", "DestinationRule"])
            assert.ok(
              objects.some((one) => one.kind === kind),
              kind,
            );
          await checkObjects(objects);
        });

      it("refuses what is not as the schema, or as its rules, have it", async () => {
        const wrong = (http: object): Manifest => ({
          apiVersion: "networking.istio.io/v1",
          kind: "VirtualService",
          metadata: { name: "wrong", namespace },
          spec: { hosts: ["wrong"], http: [{ route: [{ destination: { host: "wrong" } }], ...http }] },
        });
        await checkObjects([wrong({})]);
        await assert.rejects(checkObjects([wrong({ match: [{ uri: { exact: "/", prefix: "/" } }] })]), /oneOf/);
        await assert.rejects(checkObjects([wrong({ timeout: "0.1ms" })]), /greater than 1ms/);
        await assert.rejects(checkObjects([wrong({ timeouts: "1s" })]), /unknown field|field not declared in schema/);
      });
    });
  });

  describe("as istioctl sees them", () => {
    before(async function () {
      const reason = await whyNoIstioctl();
      if (reason) skipBecause(this, reason);
    });

    // Each takes a while: those with the most objects, and with the fewest.
    for (const plan of [
      "a weight with affinity",
      "certificates, and several hosts and paths",
      "blue and green with a preview",
      "a color that is left and removed",
    ])
      it(`finds nothing wrong with ${plan}`, async () => {
        assert.deepEqual(await analyze(await render(plan)), []);
      });

    it("finds what is missing", async () => {
      const objects = await render("the example as it is");
      const rest = objects.filter(
        ({ kind, metadata }) => kind !== "DestinationRule" || metadata.name !== "frontend-v2",
      );
      assert.deepEqual(await analyze(rest), [
        'Error IST0101: Referenced host+subset in destinationrule not found: "frontend+v2"',
      ]);
    });
  });
});
