import assert from "node:assert/strict";
import { recommendedLabels } from "../../policies/recommended-labels";
import { check, mend } from "./support/check";
import { deployment, object, service, template } from "./support/objects";

describe("recommended-labels", () => {
  const labeled = (labels?: Record<string, string>) =>
    object("apps/v1", "Deployment", { name: "nginx-v1", labels }, { spec: { template: template() } });

  it("finds what makes pods and lacks a label", async () => {
    assert.deepEqual((await check(recommendedLabels, [deployment()])).violations, [
      "Deployment demo/nginx-v1 lacks the label app.kubernetes.io/name, app.kubernetes.io/managed-by: add it to its metadata.labels.",
    ]);
    const labels = { "app.kubernetes.io/name": "nginx", "app.kubernetes.io/managed-by": "Pulumi" };
    assert.deepEqual((await check(recommendedLabels, [labeled(labels), service()])).violations, []);
  });

  it("takes the labels from the config", async () => {
    const { violations } = await check(recommendedLabels, [deployment()], { required: ["part-of"] });
    assert.match(violations[0] ?? "", /lacks the label app\.kubernetes\.io\/part-of: /);
  });

  it("mends those that it can tell by the object, and leaves what is there", async () => {
    const mended = async (labels?: Record<string, string>) =>
      ((await mend(recommendedLabels, labeled(labels))) as { metadata: { labels: object } } | undefined)?.metadata
        .labels;
    assert.deepEqual(await mended(), {
      "app.kubernetes.io/name": "nginx",
      "app.kubernetes.io/managed-by": "Pulumi",
    });
    assert.deepEqual(await mended({ "app.kubernetes.io/name": "shop", team: "a" }), {
      "app.kubernetes.io/name": "shop",
      team: "a",
      "app.kubernetes.io/managed-by": "Pulumi",
    });
    assert.equal(await mended({ "app.kubernetes.io/name": "a", "app.kubernetes.io/managed-by": "Helm" }), undefined);
  });
});
