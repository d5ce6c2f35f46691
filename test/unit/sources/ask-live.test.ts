import assert from "node:assert/strict";
import { evaluateProgram } from "../../../render/evaluate";
import { serve, type TestServer } from "../support/http-server";
import { liveShop, liveStack } from "../support/live-shop";

const plurals: Readonly<Record<string, string>> = {
  Deployment: "deployments",
  Service: "services",
  Ingress: "ingresses",
};

/** In a namespace of this test's own: a process reads a live application once. */
const moved = <Value>(value: Value) => JSON.parse(JSON.stringify(value).replaceAll('"store"', '"asked"')) as Value;
const shop = () => moved(liveShop());

/** What an API server answers that has the shop: its kinds, or its objects of one. */
function answerTo(path: string): object {
  const [place = ""] = path.split("?");
  const kindsOf = (base: string) =>
    shop()
      .filter(({ apiVersion }) => base === (apiVersion.includes("/") ? `/apis/${apiVersion}` : `/api/${apiVersion}`))
      .map(({ kind }) => ({ name: plurals[kind], kind, namespaced: true, verbs: ["list"] }));
  const [base = "", plural] = place.split("/namespaces/asked/");
  if (plural === undefined) return { resources: kindsOf(base) };
  return { items: shop().filter(({ kind }) => plurals[kind] === plural) };
}

describe("a stack of what is live, as plain pulumi runs its program", function () {
  // The Kubernetes client takes long to load on a busy machine.
  this.timeout(60_000);

  let api: TestServer;

  before(async () => {
    api = await serve((response, _, { path }) =>
      response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify(answerTo(path))),
    );
  });

  after(() => api.close());

  it("reads the objects from the cluster that Pulumi's provider asks, and changes none", async () => {
    const kubeconfig = {
      ...{ apiVersion: "v1", kind: "Config", "current-context": "fake" },
      clusters: [{ name: "fake", cluster: { server: api.url, "insecure-skip-tls-verify": true } }],
      users: [{ name: "fake", user: {} }],
      contexts: [{ name: "fake", context: { cluster: "fake", user: "fake" } }],
    };
    const config = {
      ...moved(liveStack({ "sluice:from": { live: "Deployment/shop" } })),
      "kubernetes:kubeconfig": JSON.stringify(kubeconfig),
    };
    const asked = await evaluateProgram({ stack: "shop", config });
    const given = await evaluateProgram({ stack: "shop", config: moved(liveStack()) });
    assert.deepEqual(
      asked.resources.map(({ inputs }) => inputs),
      given.resources.map(({ inputs }) => inputs),
    );
    assert.ok(asked.resources.some(({ name }) => name === "deployment-shop-v2"));
    assert.deepEqual([...new Set(api.received.map(({ method }) => method))], ["GET"]);
  });
});
