import assert from "node:assert/strict";
import { execa } from "execa";
import { ask } from "./support/ask";
import { applyObjects, deployIstio, istioGateway, removeIstio, whyNoMesh } from "./support/istio";
import { kubectl, testLab, useLab } from "./support/lab";

const minutes = 60_000;
const namespace = "lab-istio";
const host = "www.test.com";
const service = `app.${namespace}.svc.cluster.local`;

describe("Istio in the lab", function () {
  this.timeout(5 * minutes);

  before(async function () {
    this.timeout(60 * minutes);
    await useLab(this, whyNoMesh(), "istio");
    await deployIstio();
    await applyObjects([...workload, ...routes]);
    for (const name of ["app-v1", "app-v2", "caller-plain", "caller-canary"])
      await kubectl("rollout", "status", `deployment/${name}`, `--namespace=${namespace}`, "--timeout=120s");
  });

  after(async function () {
    if (whyNoMesh()) return;
    await kubectl("delete", "namespace", namespace, "--ignore-not-found");
    await removeIstio();
  });

  it("splits what comes in through the gateway by weight, and by header", async () => {
    const port = Number(
      await kubectl(
        ...["get", "service", istioGateway.name, `--namespace=${istioGateway.namespace}`],
        '--output=jsonpath={.spec.ports[?(@.name=="http2")].nodePort}',
      ),
    );
    const requests = (count: number, headers: Record<string, string>) =>
      ask(
        "192.168.10.1",
        Array.from({ length: count }, () => ({ host, port, headers })),
      );
    const versions = (await requests(60, {})).map(({ body }) => body.trim());
    assert.deepEqual([...new Set(versions)].sort(), ["v1", "v2"]);
    for (const { body } of await requests(5, { canary: "always" })) assert.equal(body.trim(), "v2");
  });

  it("routes what a workload sends by its labels", async () => {
    for (const [caller, version] of [
      ["plain", "v1"],
      ["canary", "v2"],
    ] as const) {
      const selector = `app=caller,kind=${caller}`;
      const address = await kubectl(
        ...["get", "pods", `--namespace=${namespace}`, `--selector=${selector}`],
        "--output=jsonpath={.items[0].status.podIP}",
      );
      const curl = ["curl", "--silent", "--max-time", "10", `http://${address}/`];
      const { stdout } = await execa("nsenter", [`--net=/run/netns/${testLab.name}`, ...curl]);
      assert.equal(stdout.trim(), version, caller);
    }
  });
});

const deployment = (name: string, labels: Record<string, string>, spec: object) => ({
  apiVersion: "apps/v1",
  kind: "Deployment",
  metadata: { name, namespace },
  spec: { selector: { matchLabels: labels }, template: { metadata: { labels }, spec } },
});

const app = (version: string) =>
  deployment(
    `app-${version}`,
    { app: "app", version },
    { containers: [{ name: "app", image: "registry.lab/moody:1", env: [{ name: "VERSION", value: version }] }] },
  );

/** Passes what it is asked on to the Service, as a workload of the mesh. */
const caller = (kind: string) =>
  deployment(
    `caller-${kind}`,
    { app: "caller", kind },
    {
      containers: [
        {
          name: "nginx",
          image: "registry.lab/nginx:1.22",
          readinessProbe: { tcpSocket: { port: 80 }, periodSeconds: 1 },
          volumeMounts: [
            { name: "conf", mountPath: "/usr/local/openresty/nginx/conf/nginx.conf", subPath: "nginx.conf" },
          ],
        },
      ],
      volumes: [{ name: "conf", configMap: { name: "caller" } }],
    },
  );

const configuration = `events {}
http {
  server {
    listen 80;
    proxy_http_version 1.1;
    location / { proxy_pass http://${service}; }
  }
}
`;

const workload = [
  {
    apiVersion: "v1",
    kind: "Namespace",
    metadata: { name: namespace, labels: { "istio-injection": "enabled" } },
  },
  {
    apiVersion: "v1",
    kind: "Service",
    metadata: { name: "app", namespace },
    spec: { selector: { app: "app" }, ports: [{ name: "http", port: 80, targetPort: 8080 }] },
  },
  {
    apiVersion: "v1",
    kind: "ConfigMap",
    metadata: { name: "caller", namespace },
    data: { "nginx.conf": configuration },
  },
  app("v1"),
  app("v2"),
  caller("plain"),
  caller("canary"),
];

const to = (subset: string, weight?: number) => ({
  destination: { host: service, subset },
  ...(weight !== undefined && { weight }),
});

const routes = [
  {
    apiVersion: "networking.istio.io/v1",
    kind: "Gateway",
    metadata: { name: "shop", namespace },
    spec: {
      selector: istioGateway.selector,
      servers: [{ port: { number: 80, name: "http", protocol: "HTTP" }, hosts: [host] }],
    },
  },
  {
    apiVersion: "networking.istio.io/v1",
    kind: "DestinationRule",
    metadata: { name: "app", namespace },
    spec: { host: service, subsets: ["v1", "v2"].map((version) => ({ name: version, labels: { version } })) },
  },
  {
    apiVersion: "networking.istio.io/v1",
    kind: "VirtualService",
    metadata: { name: "from-outside", namespace },
    spec: {
      hosts: [host],
      gateways: ["shop"],
      http: [
        { match: [{ headers: { canary: { exact: "always" } } }], route: [to("v2")] },
        { route: [to("v1", 50), to("v2", 50)] },
      ],
    },
  },
  {
    apiVersion: "networking.istio.io/v1",
    kind: "VirtualService",
    metadata: { name: "from-inside", namespace },
    spec: {
      hosts: [service],
      gateways: ["mesh"],
      http: [{ match: [{ sourceLabels: { kind: "canary" } }], route: [to("v2")] }, { route: [to("v1")] }],
    },
  },
];
