import assert from "node:assert/strict";
import { chartType, compileObjects, type ChartRenderer } from "../../../render/compile";
import { describeObject, referenceOf } from "../../../render/manifest";
import { UserError } from "../../../progress/user-error";
import { manifest, resource } from "../support/manifests";

const noCharts: ChartRenderer = () => Promise.reject(new Error("no chart was to be rendered"));

async function wavesOf(resources: Parameters<typeof compileObjects>[0], render = noCharts) {
  const objects = await compileObjects(resources, render);
  return objects.map((wave) => wave.map((object) => describeObject(referenceOf(object))));
}

describe("compileObjects", () => {
  it("applies namespaces and CRDs first within a wave", async () => {
    const render: ChartRenderer = () =>
      Promise.resolve([
        manifest("ServiceAccount", "controller"),
        manifest("CustomResourceDefinition", "pools.metallb.io", { apiVersion: "apiextensions.k8s.io/v1" }),
      ]);
    const resources = [
      resource("service", "kubernetes:core/v1:Service", manifest("Service", "web", { namespace: "demo" })),
      resource("chart", chartType, { chart: "metallb", namespace: "metallb-system" }),
      resource("namespace", "kubernetes:core/v1:Namespace", manifest("Namespace", "demo")),
    ];
    assert.deepEqual(await wavesOf(resources, render), [
      ["CustomResourceDefinition pools.metallb.io", "Namespace demo"],
      ["Service demo/web", "ServiceAccount metallb-system/controller"],
    ]);
  });

  it("gives a chart's objects its namespace, but not those that have one or live in none", async () => {
    const render: ChartRenderer = () =>
      Promise.resolve([
        manifest("Deployment", "controller"),
        manifest("Role", "reader", { namespace: "kube-system" }),
        manifest("ClusterRole", "metallb:controller"),
      ]);
    assert.deepEqual(
      await wavesOf([resource("chart", chartType, { chart: "c", namespace: "metallb-system" })], render),
      [["Deployment metallb-system/controller", "Role kube-system/reader", "ClusterRole metallb:controller"]],
    );
  });

  it("hands the renderer what the program asks for", async () => {
    const asked: unknown[] = [];
    const chart = { chart: "metallb", version: "0.15.2", values: { a: 1 } };
    await wavesOf([resource("chart", chartType, chart)], (request) => {
      asked.push(request);
      return Promise.resolve([]);
    });
    assert.deepEqual(asked, [chart]);
  });

  it("puts an object without a namespace into default", async () => {
    const resources = [resource("a", "kubernetes:core/v1:Service", manifest("Service", "web"))];
    assert.deepEqual(await wavesOf(resources), [["Service default/web"]]);
  });

  it("makes no object of random values, providers and looked-up resources", async () => {
    const resources = [
      resource("key", "random:index/randomPassword:RandomPassword", { length: 8 }),
      resource("provider", "pulumi:providers:kubernetes", {}),
      resource("read", "kubernetes:core/v1:Service", {}),
    ];
    assert.deepEqual(await wavesOf(resources), []);
  });

  it("refuses what is no Kubernetes object, by name", async () => {
    await assert.rejects(
      wavesOf([resource("bucket", "aws:s3/bucket:Bucket", {})]),
      (error: Error) =>
        error instanceof UserError && /bucket \(aws:s3\/bucket:Bucket\) can't be rendered/.test(error.message),
    );
  });
});
