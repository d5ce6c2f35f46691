import assert from "node:assert/strict";
import { execa } from "execa";
import { kubectl, testLab, useLab, whyNoLab } from "./support/lab";

const minutes = 60_000;
const namespace = "lab-names";

/** Each path of the proxy, and the name by which it reaches the Service `moody`. */
const names = {
  "/short": "moody",
  "/namespaced": `moody.${namespace}`,
  "/full": `moody.${namespace}.svc.cluster.local`,
};

const proxyConfiguration = `events {}
http {
  server {
    listen 80;
    ${Object.entries(names)
      .map(([path, name]) => `location ${path} { proxy_pass http://${name}; }`)
      .join("\n    ")}
  }
}
`;

describe("names in the lab", function () {
  this.timeout(5 * minutes);

  before(async function () {
    await useLab(this, whyNoLab());
  });

  after(async () => {
    if (!whyNoLab()) await kubectl("delete", "namespace", namespace, "--ignore-not-found");
  });

  it("lead a pod's requests to a Service: short ones, with the namespace, and whole", async () => {
    const folder = `/var/lib/${testLab.name}`;
    await execa(`${folder}/bin/kubectl`, ["--kubeconfig", `${folder}/kubeconfig`, "apply", "--filename=-"], {
      input: JSON.stringify({ apiVersion: "v1", kind: "List", items: objects }),
    });
    // nginx asks for all names as it starts, and ends where one of them is no one's.
    await kubectl("wait", "pod", "proxy", `--namespace=${namespace}`, "--for=condition=Ready", "--timeout=120s");
    const address = await kubectl(
      "get",
      "pod",
      "proxy",
      `--namespace=${namespace}`,
      "--output=jsonpath={.status.podIP}",
    );
    for (const path of Object.keys(names)) {
      const url = `http://${address}${path}`;
      const { stdout } = await execa("nsenter", [`--net=/run/netns/${testLab.name}`, "curl", "--silent", url]);
      assert.equal(stdout.trim(), "green", path);
    }
  });
});

const labels = { app: "moody" };

const objects = [
  { apiVersion: "v1", kind: "Namespace", metadata: { name: namespace } },
  {
    apiVersion: "v1",
    kind: "Service",
    metadata: { name: "moody", namespace },
    spec: { selector: labels, ports: [{ port: 80, targetPort: 8080 }] },
  },
  {
    apiVersion: "v1",
    kind: "Pod",
    metadata: { name: "moody", namespace, labels },
    spec: { containers: [{ name: "moody", image: "registry.lab/moody:green" }] },
  },
  {
    apiVersion: "v1",
    kind: "ConfigMap",
    metadata: { name: "proxy", namespace },
    data: { "nginx.conf": proxyConfiguration },
  },
  {
    apiVersion: "v1",
    kind: "Pod",
    metadata: { name: "proxy", namespace },
    spec: {
      containers: [
        {
          name: "nginx",
          image: "registry.lab/nginx:1.22",
          readinessProbe: { httpGet: { path: "/short", port: 80 }, periodSeconds: 1 },
          volumeMounts: [
            { name: "conf", mountPath: "/usr/local/openresty/nginx/conf/nginx.conf", subPath: "nginx.conf" },
          ],
        },
      ],
      volumes: [{ name: "conf", configMap: { name: "proxy" } }],
    },
  },
];
