import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { createServer, type Server } from "node:https";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { KubeConfig } from "@kubernetes/client-node";
import { ConfigError } from "../../../../config/problems";
import { createTransport } from "../../../../rollout/analysis/create-transport";
import { askPrometheus, PrometheusError } from "../../../../rollout/analysis/prometheus";
import { skipBecause } from "../../../e2e/support/lab";
import { temporaryFolder } from "../../support/folders";
import { FakePrometheus, failure, vector, type Reply } from "./fake-prometheus";

const { signal } = new AbortController();
const service = { namespace: "monitoring", name: "prometheus", port: 9090 };

function kubeConfigFor(server: string, more: { caData?: string } = {}): KubeConfig {
  const kubeConfig = new KubeConfig();
  // The client takes an address without TLS only from who says that it needs no verification.
  const skipTLSVerify = server.startsWith("http:");
  kubeConfig.loadFromClusterAndUser(
    { name: "local", server, skipTLSVerify, ...more },
    { name: "driver", token: "letmein" },
  );
  return kubeConfig;
}

const transportOf = (kubeConfig: KubeConfig) =>
  createTransport({ service }, { environment: {}, kubeConfig: () => kubeConfig });

describe("apiServerTransport", () => {
  let reply: Reply;
  let server: FakePrometheus;
  beforeEach(async () => {
    server = await new FakePrometheus(() => reply).start();
  });
  afterEach(() => server.stop());

  it("gets the query through the Service's proxy, as the kubeconfig's user", async () => {
    reply = vector([{}, "1"]);
    const answer = await askPrometheus(transportOf(kubeConfigFor(server.url)), 'up{job="a b"} + 1', signal);
    assert.deepEqual(answer, [{ labels: {}, value: 1 }]);
    const [{ method, path, promql, headers } = { headers: {} }] = server.seen;
    const proxied = "/api/v1/namespaces/monitoring/services/prometheus:9090/proxy/api/v1/query";
    assert.deepEqual([method, path, promql], ["GET", proxied, 'up{job="a b"} + 1']);
    assert.equal(headers.authorization, "Bearer letmein");
  });

  it("keeps the path of a cluster behind a proxy", async () => {
    reply = vector();
    await askPrometheus(transportOf(kubeConfigFor(`${server.url}/k8s/clusters/a`)), "up", signal);
    assert.match(server.seen[0]?.path ?? "", /^\/k8s\/clusters\/a\/api\/v1\/namespaces\/monitoring\//);
  });

  it("tells what the API server says where there is no such Service", async () => {
    const message = 'services "prometheus" not found';
    reply = { status: 404, body: JSON.stringify({ kind: "Status", apiVersion: "v1", status: "Failure", message }) };
    await assert.rejects(askPrometheus(transportOf(kubeConfigFor(server.url)), "up", signal), (error: unknown) => {
      assert.ok(error instanceof PrometheusError);
      assert.equal(error.blame, "server");
      assert.match(
        error.message,
        /Service prometheus:9090 in namespace monitoring .* status 404: services "prometheus"/,
      );
      return true;
    });
  });

  it("hands Prometheus' own errors on", async () => {
    reply = failure(400, "bad_data", "parse error");
    await assert.rejects(
      askPrometheus(transportOf(kubeConfigFor(server.url)), "up", signal),
      /^PrometheusError: parse/,
    );
  });

  it("gives up in time", async () => {
    reply = undefined;
    const asked = askPrometheus(transportOf(kubeConfigFor(server.url)), "up", signal, 30);
    await assert.rejects(asked, /no answer within 0\.03 s/);
  });
});

describe("apiServerTransport by TLS", function () {
  const folder = temporaryFolder();
  let server: Server;
  before(async function () {
    const args =
      "req -x509 -newkey rsa:2048 -nodes -days 1 -subj /CN=localhost -addext subjectAltName=IP:127.0.0.1 -keyout key.pem -out cert.pem";
    const { status } = spawnSync("openssl", args.split(" "), { cwd: folder });
    if (status !== 0) skipBecause(this, "there is no openssl on PATH, which makes the certificate");
    const [key, cert] = ["key.pem", "cert.pem"].map((name) => readFileSync(join(folder, name)));
    server = createServer({ key, cert }, (_, response) => response.end(vector([{}, "7"])?.body));
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  });
  after(() => {
    server?.closeAllConnections();
    server?.close();
  });

  const ask = (more: { caData?: string }) => {
    const { port } = server.address() as AddressInfo;
    return askPrometheus(transportOf(kubeConfigFor(`https://127.0.0.1:${port}`, more)), "up", signal);
  };

  it("trusts the kubeconfig's authority", async () => {
    const caData = readFileSync(join(folder, "cert.pem")).toString("base64");
    assert.deepEqual(await ask({ caData }), [{ labels: {}, value: 7 }]);
  });

  it("trusts nobody else", async () => {
    await assert.rejects(ask({}), /can't be asked: DEPTH_ZERO_SELF_SIGNED_CERT/);
  });
});

describe("createTransport", () => {
  it("refuses a token that the API server would not pass on, without asking for a kubeconfig", () => {
    const config = { service, tokenVariable: "TOKEN" };
    const kubeConfig = () => assert.fail("asked for");
    assert.throws(() => createTransport(config, { environment: { TOKEN: "a" }, kubeConfig }), ConfigError);
  });

  it("asks at an address where there is one", () => {
    const kubeConfig = () => assert.fail("asked for");
    const transport = createTransport({ url: "https://prometheus.test.com/base" }, { environment: {}, kubeConfig });
    assert.equal(transport.address, "https://prometheus.test.com/base");
  });
});
