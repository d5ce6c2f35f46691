import assert from "node:assert/strict";
import { at, chartOf, runStack } from "../support/programs";

async function controllerValues(settings: Record<string, unknown> = {}) {
  const program = await runStack("prod", { "sluice:ingressController": { kind: "ingress-nginx", ...settings } });
  return at(chartOf(program, "ingress-nginx"), "values", "controller");
}

describe("IngressNginx", () => {
  it("goes in by its official chart, the last version", async () => {
    const { values, ...chart } = chartOf(await runStack("prod"), "ingress-nginx");
    assert.deepEqual(chart, {
      name: "ingress-nginx",
      chart: "ingress-nginx",
      version: "4.15.1",
      namespace: "ingress-nginx",
      repositoryOpts: { repo: "https://kubernetes.github.io/ingress-nginx" },
    });
    assert.deepEqual(at(values, "controller", "resources"), { limits: { memory: "1Gi" } });
    assert.deepEqual(await controllerValues({ replicas: 3 }), {
      extraArgs: { "sync-rate-limit": "0.4", "status-update-interval": "2" },
      readinessProbe: { initialDelaySeconds: 1, periodSeconds: 2, failureThreshold: 15 },
      replicaCount: 3,
      ingressClass: "nginx",
      ingressClassResource: { name: "nginx" },
      allowSnippetAnnotations: false,
      config: {},
      admissionWebhooks: { enabled: false },
      service: { type: "LoadBalancer", externalTrafficPolicy: "Local" },
      metrics: { enabled: true },
      networkPolicy: { enabled: true },
    });
  });

  it("takes replicas, class and traffic policy", async () => {
    const values = await controllerValues({ replicas: 2, className: "edge", externalTrafficPolicy: "Cluster" });
    assert.equal(at(values, "replicaCount"), 2);
    assert.deepEqual([at(values, "ingressClass"), at(values, "ingressClassResource", "name")], ["edge", "edge"]);
    assert.equal(at(values, "service", "externalTrafficPolicy"), "Cluster");
  });

  it("allows snippets by both switches where the stack asks for them", async () => {
    const values = await controllerValues({ allowSnippets: true });
    assert.equal(at(values, "allowSnippetAnnotations"), true);
    assert.deepEqual(at(values, "config"), { "annotations-risk-level": "Critical" });
  });

  it("clears the chart's digest where another image is named", async () => {
    const image = at(await controllerValues({ image: { repository: "registry.test/nginx", tag: "v9" } }), "image");
    assert.equal(at(image, "repository"), "registry.test/nginx");
    assert.equal(at(image, "tag"), "v9");
    assert.equal(at(image, "digest"), "");
  });

  it("keeps a digest that the stack names", async () => {
    const digest = `sha256:${"a".repeat(64)}`;
    assert.deepEqual(at(await controllerValues({ image: { digest } }), "image"), { digest });
  });

  it("lets further values win", async () => {
    const over = { controller: { metrics: { enabled: false }, extraArgs: { v: "3" } } };
    const values = await controllerValues({ values: over });
    assert.deepEqual(at(values, "metrics"), { enabled: false });
    assert.deepEqual(at(values, "extraArgs"), { "sync-rate-limit": "0.4", "status-update-interval": "2", v: "3" });
    assert.equal(at(values, "allowSnippetAnnotations"), false);
  });

  it("takes the chart from a mirror", async () => {
    const place = { chart: "oci://registry.test/charts/ingress-nginx", version: "4.15.1-fork" };
    const program = await runStack("prod", { "sluice:ingressController": { kind: "ingress-nginx", ...place } });
    const { chart, version, repositoryOpts } = chartOf(program, "ingress-nginx");
    assert.deepEqual({ chart, version }, place);
    assert.equal(repositoryOpts, undefined);
  });
});
