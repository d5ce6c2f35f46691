import assert from "node:assert/strict";
import { clusterApi, type ClusterApi } from "../../../../cluster/api";
import { readControllerPods } from "../../../../rollout/counters/controller-pods";
import { metricsPage } from "../../../../routers/ingress/series";
import { temporaryFolder, writeInto } from "../../support/folders";
import { serve, type Received, type TestServer } from "../../support/http-server";

const { signal } = new AbortController();
const service = { namespace: "ingress-nginx", name: "controller" };
const names = new Set(["a"]);

interface Pod {
  readonly name: string;
  readonly phase?: string;
  readonly ports?: readonly { readonly name: string; readonly containerPort: number }[];
  /** What its metrics page answers. */
  readonly page: readonly [status: number, body: string];
}

describe("reading a controller's pods", () => {
  const folder = temporaryFolder();
  let pods: readonly Pod[];
  let selector: Record<string, string> | undefined;
  let server: TestServer;
  let api: ClusterApi;

  beforeEach(async () => {
    selector = { app: "nginx", part: "controller" };
    server = await serve((response, _, received) => {
      const [status, type, body] = answer(received);
      response.writeHead(status, { "content-type": type }).end(body);
    });
    const cluster = { server: server.url, "insecure-skip-tls-verify": true };
    const kubeconfig = writeInto(
      folder,
      "kubeconfig",
      JSON.stringify({
        "current-context": "fake",
        clusters: [{ name: "fake", cluster }],
        users: [{ name: "fake", user: {} }],
        contexts: [{ name: "fake", context: { cluster: "fake", user: "fake" } }],
      }),
    );
    api = clusterApi({ name: "fake", kubeconfig, context: "fake" });
  });
  afterEach(() => server.close());

  function answer({ path }: Received): [number, string, string] {
    const json = "application/json";
    const [place = ""] = path.split("?");
    if (place === "/api/v1/namespaces/ingress-nginx/services/controller")
      return [200, json, JSON.stringify({ metadata: { name: "controller" }, spec: { selector } })];
    if (place === "/api/v1/namespaces/ingress-nginx/pods") {
      const items = pods.map(({ name, phase = "Running", ports = [{ name: "metrics", containerPort: 10254 }] }) => ({
        metadata: { name, uid: `uid-${name}` },
        spec: { containers: [{ name: "controller", ports }] },
        status: { phase },
      }));
      return [200, json, JSON.stringify({ items })];
    }
    const pod = pods.find(({ name }) => place === `/api/v1/namespaces/ingress-nginx/pods/${name}:10254/proxy/metrics`);
    if (!pod) return [404, json, JSON.stringify({ kind: "Status", message: `nothing at ${place}` })];
    const [status, body] = pod.page;
    return [status, status === 200 ? "text/plain; version=0.0.4" : json, body];
  }

  const read = () => readControllerPods(api, { service, page: metricsPage }, names, signal);
  const refusal = (message: string) => JSON.stringify({ kind: "Status", reason: "Forbidden", message });

  it("reads every pod behind the Service, by its port's name", async () => {
    pods = [
      { name: "one", page: [200, "a 1\nb 2\n"] },
      { name: "two", page: [200, 'a{b="c"} 3\n'] },
      { name: "gone", phase: "Succeeded", page: [200, "a 9\n"] },
    ];
    assert.deepEqual(
      [...(await read())],
      [
        ["uid-one", [{ name: "a", labels: {}, value: 1 }]],
        ["uid-two", [{ name: "a", labels: { b: "c" }, value: 3 }]],
      ],
    );
    const list = server.received.find(({ path }) => path.includes("/pods?"));
    assert.match(decodeURIComponent(list?.path ?? ""), /labelSelector=app=nginx,part=controller/);
  });

  it("leaves out a pod that doesn't answer, and takes its silence for no failure of the API server", async () => {
    const began = performance.now();
    pods = [
      { name: "one", page: [200, "a 1\n"] },
      { name: "two", page: [503, refusal("error trying to reach service: dial tcp: connection refused")] },
    ];
    assert.deepEqual(
      [...(await read()).values()].map((samples) => samples?.length),
      [1, undefined],
    );
    assert.equal(api.connection.hasFailedSince(began), false);
  });

  for (const [why, broken, message] of [
    [
      "the account may not",
      [{ name: "one", page: [403, refusal('User "ci" cannot get resource "pods/proxy"')] }],
      /^the counters of Service controller in namespace ingress-nginx can't be read: .*cannot get resource "pods\/proxy".*a Role with get on pods\/proxy/,
    ],
    [
      "the controller shows no metrics",
      [{ name: "one", ports: [{ name: "http", containerPort: 80 }], page: [200, ""] }],
      /its pods have no port named metrics.*: set controller\.metrics\.enabled in ingress-nginx's chart/,
    ],
    [
      "another page is there",
      [{ name: "one", page: [200, "<!DOCTYPE html>\n"] }],
      /a line of the metrics page is not in Prometheus' text format: <!DOCTYPE/,
    ],
    ["no pod runs", [{ name: "one", phase: "Pending", page: [200, ""] }], /no pods run behind Service controller/],
  ] as [string, Pod[], RegExp][])
    it(`says what to change where ${why}`, async () => {
      pods = broken;
      await assert.rejects(read(), { name: "UserError", message });
    });

  it("takes no pods for those of a Service without a selector", async () => {
    selector = undefined;
    pods = [{ name: "one", page: [200, "a 1\n"] }];
    await assert.rejects(read(), /no pods run behind Service controller/);
  });
});
