import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { HttpMethod, RequestContext } from "@kubernetes/client-node";
import { clusterApi } from "../../../cluster/api";
import { describeRequest } from "../../../cluster/connection";
import { ClusterError } from "../../../cluster/errors";
import { temporaryFolder, writeInto } from "../support/folders";
import { closedPort, serve, type Responder, type TestServer } from "../support/http-server";

const place = { name: "a", namespace: "demo" };
const configMap = JSON.stringify({ apiVersion: "v1", kind: "ConfigMap", metadata: place });

describe("the connection to a cluster", () => {
  const folder = temporaryFolder();
  let server: TestServer;
  let respond: Responder;
  beforeEach(async () => {
    respond = (response) => response.writeHead(200, { "content-type": "application/json" }).end(configMap);
    server = await serve((...request) => respond(...request));
  });
  afterEach(() => server.close());

  const text = (user: object, url = server.url) =>
    JSON.stringify({
      clusters: [{ name: "c", cluster: { server: url, "insecure-skip-tls-verify": true } }],
      users: [{ name: "u", user }],
      contexts: [{ name: "x", context: { cluster: "c", user: "u" } }],
      "current-context": "x",
    });
  const apiOf = (user: object, url?: string) =>
    clusterApi({ name: "fake", kubeconfig: writeInto(folder, "kubeconfig", text(user, url)) });
  const tokens = () => server.received.map(({ headers }) => headers["authorization"]);
  const refusingOld: Responder = (response, _, { headers }) =>
    headers["authorization"] === "Bearer new"
      ? response.writeHead(200, { "content-type": "application/json" }).end(configMap)
      : response
          .writeHead(401, { "content-type": "application/json" })
          .end('{"kind":"Status","reason":"Unauthorized"}');
  const failure = (request: Promise<unknown>) =>
    request.then(
      () => assert.fail("it was answered"),
      (error: unknown) => (error instanceof ClusterError ? error : assert.fail(String(error))),
    );

  it("goes on with a kubeconfig that was rewritten, for every client of it", async () => {
    respond = refusingOld;
    const api = apiOf({ token: "old" });
    writeFileSync(`${folder}/kubeconfig`, text({ token: "new" }));
    assert.equal((await api.core.readNamespacedConfigMap(place)).metadata?.name, "a");
    assert.deepEqual(tokens(), ["Bearer old", "Bearer new"]);
    await api.objects.check();
    assert.deepEqual(tokens().slice(2), ["Bearer new"]);
    assert.equal(api.kubeConfig.getCurrentUser()?.token, "new");
  });

  it("runs the program for credentials again, though what it gave before has not run out", async () => {
    respond = refusingOld;
    const script = writeInto(
      folder,
      "plugin.cjs",
      `const fs = require("node:fs");
const file = ${JSON.stringify(`${folder}/ran`)};
const token = fs.existsSync(file) ? "new" : "old";
fs.writeFileSync(file, "");
console.log(JSON.stringify({ kind: "ExecCredential", status: { token, expirationTimestamp: "2999-01-01T00:00:00Z" } }));`,
    );
    const exec = {
      apiVersion: "client.authentication.k8s.io/v1",
      command: process.execPath,
      args: [script],
      interactiveMode: "Never",
    };
    const api = apiOf({ exec });
    assert.equal((await api.core.readNamespacedConfigMap(place)).metadata?.name, "a");
    assert.deepEqual(tokens(), ["Bearer old", "Bearer new"]);
  });

  it("asks twice and no more where the credentials stay refused, or the kubeconfig is half written", async () => {
    respond = refusingOld;
    const api = apiOf({ token: "old" });
    const refused = await failure(api.core.readNamespacedConfigMap(place));
    assert.equal(refused.kind, "credentials");
    assert.match(
      refused.message,
      /^the API server of fake does not accept the kubeconfig's credentials: log in to the/,
    );
    writeFileSync(`${folder}/kubeconfig`, "users: [");
    assert.equal((await failure(api.core.readNamespacedConfigMap(place))).kind, "credentials");
    assert.deepEqual(tokens(), Array(4).fill("Bearer old"));
  });

  it("says which right is missing, and what the API server says of it", async () => {
    const message = 'pods is forbidden: User "eve" cannot list resource "pods"';
    respond = (response) =>
      response.writeHead(403, { "content-type": "application/json" }).end(JSON.stringify({ message }));
    const refused = await failure(apiOf({}).core.listNamespacedPod({ namespace: "demo" }));
    assert.deepEqual(
      [refused.kind, refused.message],
      [
        "forbidden",
        `the account may not list pods in namespace demo (${message}): grant it that right, or use another account`,
      ],
    );
  });

  it("tells that nobody answers, in one line, and remembers it", async () => {
    const url = await closedPort();
    const api = apiOf({}, url);
    const began = performance.now();
    assert.equal(api.connection.hasFailedSince(began), false);
    const away = await failure(api.core.readNamespacedConfigMap(place));
    assert.equal(away.kind, "unavailable");
    assert.match(
      away.message,
      new RegExp(`^the cluster fake \\(${url}\\) can't be reached: connect ECONNREFUSED [^ \n]*$`),
    );
    assert.equal(api.connection.hasFailedSince(began), true);
    assert.equal(api.connection.hasFailedSince(performance.now() + 1), false);
  });

  for (const [what, cut] of [
    ["before it answers", (response) => response.destroy()],
    [
      "in the middle of its answer",
      (response) => {
        response.writeHead(200, { "content-type": "application/json" }).write("{");
        setImmediate(() => response.destroy());
      },
    ],
  ] as [string, Responder][])
    it(`counts as unavailable a server that breaks off ${what}`, async () => {
      respond = cut;
      assert.equal((await failure(apiOf({}).core.readNamespacedConfigMap(place))).kind, "unavailable");
    });

  it("gives a request its time, and no more", async () => {
    respond = () => undefined;
    const { connection } = apiOf({});
    const late = await failure(connection.send(new RequestContext(`${server.url}/version`, HttpMethod.GET), 20));
    assert.deepEqual(
      [late.kind, /can't be reached: no answer within 0.02 s$/.test(late.message)],
      ["unavailable", true],
    );
    const request = new RequestContext(`${server.url}/version`, HttpMethod.GET);
    request.setSignal(AbortSignal.abort(new Error("interrupted")));
    await assert.rejects(connection.send(request), /^Error: interrupted$/);
  });

  it("asks a busy API server some times more, but to write only if it was put off", async () => {
    const refusing =
      (status: number, times: number): Responder =>
      (response) => {
        const isRefused = server.received.length <= times;
        response.writeHead(isRefused ? status : 200, { "content-type": "application/json" }).end(configMap);
      };
    const api = apiOf({});
    const read = () => api.core.readNamespacedConfigMap(place);
    const write = () => api.core.replaceNamespacedConfigMap({ ...place, body: {} });
    for (const [request, status, answered] of [
      [read, 503, true],
      [read, 500, true],
      [read, 429, true],
      [read, 403, false],
      [write, 429, true],
      [write, 503, false],
    ] as const) {
      respond = refusing(status, server.received.length + 2);
      const before = server.received.length;
      const outcome = await request().then(
        () => true,
        () => false,
      );
      const title = `${request === read ? "read" : "write"} ${status}`;
      assert.deepEqual([title, outcome, server.received.length - before], [title, answered, answered ? 3 : 1]);
    }
  });

  it("asks once more where the connection broke off, unless that would change something twice", async () => {
    const api = apiOf({});
    const breakingOff: Responder = (response) =>
      server.received.length % 2 === 1
        ? response.destroy()
        : response.writeHead(200, { "content-type": "application/json" }).end(configMap);
    respond = breakingOff;
    assert.equal((await api.core.readNamespacedConfigMap(place)).metadata?.name, "a");
    await api.core.replaceNamespacedConfigMap({ ...place, body: {}, dryRun: "All" });
    assert.equal(server.received.length, 4);
    await failure(api.core.replaceNamespacedConfigMap({ ...place, body: {} }));
    assert.equal(server.received.length, 5);
  });

  it("gives a busy API server up in the end", async () => {
    respond = (response) => response.writeHead(503, { "content-type": "application/json" }).end("{}");
    assert.equal((await failure(apiOf({}).core.readNamespacedConfigMap(place))).kind, "unavailable");
    assert.equal(server.received.length, 4);
  });

  it("knows the API server's time", async () => {
    respond = (response) =>
      response
        .writeHead(200, { "content-type": "application/json", date: "Sun, 01 Mar 2026 12:00:00 GMT" })
        .end(configMap);
    const api = apiOf({});
    await api.objects.check();
    const apart = api.connection.now() - Date.parse("2026-03-01T12:00:00Z");
    assert.ok(apart >= 0 && apart < 60_000, String(apart));
  });
});

describe("a request in words", () => {
  for (const [method, path, words] of [
    ["GET", "/api/v1/namespaces/demo/pods?labelSelector=a", "list pods in namespace demo"],
    ["GET", "/api/v1/namespaces/demo/configmaps/a", "get configmaps a in namespace demo"],
    ["GET", "/api/v1/namespaces/demo", "get namespaces demo"],
    ["GET", "/api/v1/namespaces", "list namespaces"],
    [
      "DELETE",
      "/apis/coordination.k8s.io/v1/namespaces/demo/leases/a",
      "delete leases.coordination.k8s.io a in namespace demo",
    ],
    [
      "POST",
      "/apis/coordination.k8s.io/v1/namespaces/demo/leases",
      "create leases.coordination.k8s.io in namespace demo",
    ],
    [
      "PATCH",
      "/prefix/apis/apps/v1/namespaces/demo/deployments/a/scale",
      "patch deployments/scale.apps a in namespace demo",
    ],
    ["PUT", "/apis/networking.k8s.io/v1/ingressclasses/a", "update ingressclasses.networking.k8s.io a"],
    ["GET", "/version", "get /version"],
    ["GET", "/apis/apps/v1", "get /apis/apps/v1"],
  ] as const)
    it(`is: ${words}`, () =>
      assert.equal(describeRequest(new RequestContext(`https://api.test${path}`, method as HttpMethod)), words));
});
