import assert from "node:assert/strict";
import { clusterApi } from "../../../cluster/api";
import { failureKind } from "../../../cluster/errors";
import { manifest } from "../support/manifests";
import { temporaryFolder, writeInto } from "../support/folders";
import { closedPort, serve, type Responder, type TestServer } from "../support/http-server";

const resources = {
  "/api/v1": [
    { name: "secrets", kind: "Secret", namespaced: true, verbs: ["get", "list"] },
    { name: "bindings", kind: "Binding", namespaced: true, verbs: ["create"] },
    { name: "namespaces", kind: "Namespace", namespaced: false, verbs: ["get", "list"] },
    { name: "namespaces/status", kind: "Namespace", namespaced: false, verbs: ["get"] },
  ],
  "/apis/networking.k8s.io/v1": [
    { name: "ingresses", kind: "Ingress", namespaced: true, verbs: ["get", "list"] },
    { name: "ingresses/status", kind: "Ingress", namespaced: true, verbs: ["get"] },
  ],
};

const known = resources["/apis/networking.k8s.io/v1"];
const ingresses = { apiVersion: "networking.k8s.io/v1", kind: "Ingress" };
const shop = { ...ingresses, metadata: { name: "shop", namespace: "demo" } };

describe("the API client for objects of any kind", () => {
  const folder = temporaryFolder();
  let server: TestServer;
  let answers: Record<string, [status: number, body: unknown, headers?: Record<string, string>]>;

  const respond: Responder = (response, _, { method, path }) => {
    const known = resources[path as keyof typeof resources] as unknown;
    const [status, body, headers] = known
      ? [200, { resources: known }]
      : (answers[`${method} ${path.split("?")[0]}`] ?? [404, { kind: "Status", message: "not found" }]);
    response.writeHead(status, headers).end(typeof body === "string" ? body : JSON.stringify(body));
  };
  beforeEach(async () => {
    answers = {};
    server = await serve(respond);
  });
  afterEach(() => server.close());

  const kubeconfig = (url: string, user: object = { token: "t0ken" }) =>
    writeInto(
      folder,
      "kubeconfig",
      JSON.stringify({
        clusters: [{ name: "c", cluster: { server: url, "insecure-skip-tls-verify": true } }],
        users: [{ name: "u", user }],
        contexts: [{ name: "x", context: { cluster: "c", user: "u" } }],
        "current-context": "x",
      }),
    );
  const api = (url = server.url) => clusterApi({ name: "fake", kubeconfig: kubeconfig(url) }).objects;
  const asked = () => server.received.map(({ method, path }) => `${method} ${path}`);

  it("reads an object where its kind lives, and nothing where it or its kind is not there", async () => {
    answers["GET /apis/networking.k8s.io/v1/namespaces/demo/ingresses/shop"] = [200, shop];
    answers["GET /api/v1/namespaces/demo"] = [200, manifest("Namespace", "demo")];
    const objects = api();
    assert.deepEqual(await objects.get({ ...ingresses, name: "shop", namespace: "demo" }), shop);
    assert.equal((await objects.get({ apiVersion: "v1", kind: "Namespace", name: "demo" }))?.kind, "Namespace");
    assert.equal(await objects.get({ ...ingresses, name: "other" }), undefined);
    assert.equal(await objects.get({ apiVersion: "v1", kind: "Widget", name: "a" }), undefined);
    assert.equal(await objects.has({ apiVersion: "example.com/v1", kind: "Widget" }), false);
    assert.equal(server.received[0]?.headers["authorization"], "Bearer t0ken");
  });

  it("lists a kind of all namespaces or one, each item with its kind; discovers each API once", async () => {
    const items = [{ metadata: { name: "shop", namespace: "demo" } }];
    answers["GET /apis/networking.k8s.io/v1/ingresses"] = [200, { items }];
    answers["GET /apis/networking.k8s.io/v1/namespaces/demo/ingresses"] = [200, { items: [] }];
    const objects = api();
    assert.deepEqual(await objects.list(ingresses), [shop]);
    assert.deepEqual(await objects.listIn("demo", ingresses, { app: "shop", version: "v1" }), []);
    assert.deepEqual(await objects.list({ apiVersion: "example.com/v1", kind: "Widget" }), []);
    assert.deepEqual(asked(), [
      "GET /apis/networking.k8s.io/v1",
      "GET /apis/networking.k8s.io/v1/ingresses",
      "GET /apis/networking.k8s.io/v1/namespaces/demo/ingresses?labelSelector=app%3Dshop%2Cversion%3Dv1",
      "GET /apis/example.com/v1",
    ]);
  });

  it("asks again for the kinds of a cluster that was away", async () => {
    const objects = api();
    resources["/apis/networking.k8s.io/v1"] = undefined as never;
    answers["GET /apis/networking.k8s.io/v1"] = [503, {}];
    try {
      await assert.rejects(objects.has(ingresses), /503/);
    } finally {
      resources["/apis/networking.k8s.io/v1"] = known;
    }
    assert.equal(await objects.has(ingresses), true);
  });

  it("names the kinds that a namespace may hold, and lists none of one that has just been removed", async () => {
    const preferredVersion = { groupVersion: "networking.k8s.io/v1" };
    answers["GET /apis"] = [200, { groups: [{ name: "networking.k8s.io", preferredVersion }] }];
    const objects = api();
    assert.deepEqual(await objects.namespacedKinds(), [{ apiVersion: "v1", kind: "Secret" }, ingresses]);
    assert.deepEqual(await objects.listIn("demo", ingresses, {}), []);
  });

  it("shows an object by a server-side apply that changes nothing, and tells warnings and refusal", async () => {
    const path = "/apis/networking.k8s.io/v1/namespaces/demo/ingresses/shop";
    const warning = '299 - "unknown field \\"spec.host\\"", 299 - "deprecated"';
    const causes = [{ field: "spec.rules", message: "Required value" }];
    answers[`PATCH ${path}`] = [200, shop, { warning }];
    const objects = api();
    const odd = { ...shop, spec: { host: "unknown to typed clients" } };
    assert.deepEqual(await objects.dryRun(odd, { fieldManager: "me" }), {
      warnings: ['unknown field "spec.host"', "deprecated"],
    });
    const sent = server.received.at(-1);
    assert.equal(sent?.path, `${path}?dryRun=All&force=true&fieldManager=me&fieldValidation=Warn`);
    assert.equal(sent?.headers["content-type"], "application/apply-patch+yaml");
    assert.deepEqual(JSON.parse(sent?.body ?? ""), odd);
    answers[`PATCH ${path}`] = [422, { message: "invalid", details: { causes } }];
    assert.deepEqual(await objects.dryRun(odd, { fieldManager: "me" }), {
      warnings: [],
      refusal: { code: 422, message: "invalid", causes },
    });
    assert.equal(await objects.dryRun(manifest("Widget", "a"), { fieldManager: "me" }), undefined);
  });

  it("applies by force as a manager, and merges a patch", async () => {
    const path = "/apis/networking.k8s.io/v1/namespaces/demo/ingresses/shop";
    answers[`PATCH ${path}`] = [200, shop];
    const objects = api();
    assert.deepEqual(await objects.apply(shop, { fieldManager: "me" }), shop);
    const patch = { spec: { rules: null } };
    const reference = { ...ingresses, name: "shop", namespace: "demo" };
    assert.deepEqual(await objects.merge(reference, patch, { fieldManager: "me" }), shop);
    assert.deepEqual(
      server.received.slice(-2).map(({ path: asked, headers, body }) => [asked, headers["content-type"], body]),
      [
        [`${path}?force=true&fieldManager=me`, "application/apply-patch+yaml", JSON.stringify(shop)],
        [`${path}?fieldManager=me`, "application/merge-patch+json", JSON.stringify(patch)],
      ],
    );
    const widget = { apiVersion: "example.com/v1", kind: "Widget", name: "a" };
    await assert.rejects(objects.merge(widget, patch, { fieldManager: "me" }), /has no Widget of example.com\/v1/);
  });

  it("tells in one line that the account may not ask, or is not known", async () => {
    answers["GET /api/v1/namespaces/demo/secrets/a"] = [403, { message: 'User "eve" cannot get resource\nmore' }];
    answers["GET /version"] = [401, { message: "Unauthorized" }];
    const objects = api();
    await assert.rejects(
      objects.get({ apiVersion: "v1", kind: "Secret", name: "a", namespace: "demo" }),
      (error: Error) =>
        failureKind(error) === "forbidden" &&
        error.message ===
          'the account may not get secrets a in namespace demo (User "eve" cannot get resource): grant it that right, or use another account',
    );
    await assert.rejects(objects.check(), /does not accept the kubeconfig's credentials/);
  });

  it("tells in one line what answers that is no API server", async () => {
    answers["GET /version"] = [502, "<html>\nBad gateway"];
    await assert.rejects(api().check(), { name: "UserError", message: /can't get \/version: HTTP status 502$/ });
  });

  it("tells in one line that nobody answers", async () => {
    const url = await closedPort();
    await assert.rejects(api(url).check(), {
      name: "UserError",
      message: new RegExp(`^the cluster fake \\(${url}\\) can't be reached: connect ECONNREFUSED [^ ]*$`),
    });
  });

  it("tells in one line that the program for the credentials fails", async () => {
    const exec = { apiVersion: "client.authentication.k8s.io/v1", command: "false", interactiveMode: "Never" };
    const file = kubeconfig(server.url, { exec });
    await assert.rejects(clusterApi({ name: "fake", kubeconfig: file }).objects.check(), {
      name: "UserError",
      message: /^the cluster fake \(.*\) can't be reached: .*$/,
    });
  });

  it("tells in one line that the kubeconfig can't be read, and never shows it", () => {
    const broken = writeInto(folder, "broken", "users: [{ token: t0ken\n  bad");
    const cases = { [broken]: /^the kubeconfig of the cluster fake can't be read: it is not a kubeconfig in YAML$/ };
    for (const [file, message] of Object.entries({ ...cases, [`${folder}/missing`]: /can't be read: ENOENT$/ }))
      assert.throws(() => clusterApi({ name: "fake", kubeconfig: file }), { name: "UserError", message });
    const file = kubeconfig(server.url);
    assert.throws(() => clusterApi({ name: "fake", kubeconfig: file, context: "other" }), /there is no context other/);
  });
});
