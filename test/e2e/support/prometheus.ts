import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";
import { execa } from "execa";
import { stringify } from "yaml";
import { kubectl, testLab } from "./lab";

/** Where {@link deployPrometheus} puts Prometheus, as a stack's `rollout.prometheus` has it. */
export const prometheusService = { namespace: "monitoring", name: "prometheus", port: 9090 };

const { namespace, name, port } = prometheusService;
const labels = { "app.kubernetes.io/name": name };
const metadata = { name, namespace, labels };

/** What counts the requests: its metrics, and the pods that have them. */
const controllers = {
  traefik: { namespace: "traefik", pods: "traefik", port: 9100 },
  "ingress-nginx": { namespace: "ingress-nginx", pods: "ingress-nginx", port: 10254 },
} as const;

/** Leads to a controller's metrics: Debian's Prometheus can't ask Kubernetes for pods, and the lab has no DNS for it. */
function targetService(controller: keyof typeof controllers) {
  const { namespace, pods, port } = controllers[controller];
  return {
    apiVersion: "v1",
    kind: "Service",
    metadata: { name: `${pods}-for-tests`, namespace, labels },
    spec: { selector: { "app.kubernetes.io/name": pods }, ports: [{ port, targetPort: "metrics" }] },
  };
}

/** @param address a controller's metrics, `10.96.0.88:9100`. */
function objectsFor(address: string): readonly unknown[] {
  const configuration = stringify({
    global: { scrape_interval: "2s", scrape_timeout: "2s" },
    scrape_configs: [{ job_name: "controller", static_configs: [{ targets: [address] }] }],
  });
  return [
    { apiVersion: "v1", kind: "Namespace", metadata: { name: namespace } },
    { apiVersion: "v1", kind: "ConfigMap", metadata, data: { "prometheus.yml": configuration } },
    {
      apiVersion: "v1",
      kind: "Service",
      metadata,
      spec: { selector: labels, ports: [{ name: "http", port, targetPort: "http" }] },
    },
    { apiVersion: "apps/v1", kind: "Deployment", metadata, spec: { selector: { matchLabels: labels }, template } },
  ];
}

const template = {
  metadata: { labels },
  spec: {
    automountServiceAccountToken: false,
    terminationGracePeriodSeconds: 1,
    securityContext: { runAsNonRoot: true, runAsUser: 65534 },
    containers: [
      {
        name,
        image: "registry.lab/prometheus:2.42",
        ports: [{ name: "http", containerPort: port }],
        readinessProbe: { httpGet: { path: "/-/ready", port: "http" }, periodSeconds: 1 },
        volumeMounts: [{ name: "configuration", mountPath: "/etc/prometheus" }],
      },
    ],
    volumes: [{ name: "configuration", configMap: { name } }],
  },
};

/**
 * Deploys Prometheus, which asks the controller every 2 seconds, and waits until it has its metrics. The lab must have
 * been brought up `--with prometheus`, and one pod of the controller be up.
 *
 * @returns its address within the cluster, by number as the lab has no DNS: `http://10.96.0.77:9090`.
 */
export async function deployPrometheus(controller: keyof typeof controllers): Promise<string> {
  const apply = ["apply", "--server-side", "--field-manager=sluice-test"];
  const target = targetService(controller);
  await withObjects([target], ...apply);
  await withObjects(objectsFor(`${await addressOf(target.metadata)}:${controllers[controller].port}`), ...apply);
  const deadline = Date.now() + 90_000;
  for (;;) {
    const values = await askPrometheus('up{job="controller"} == 1').catch(() => []);
    if (values.length > 0) break;
    assert.ok(Date.now() < deadline, `Prometheus has no metrics of ${controller}`);
    await sleep(500);
  }
  return `http://${await addressOf(metadata)}:${port}`;
}

/** Removes it again, and waits until it is gone; before the stack goes, as a part of it is in the controller's namespace. */
export async function removePrometheus(controller: keyof typeof controllers): Promise<void> {
  await withObjects([targetService(controller), ...objectsFor("")], "delete", "--ignore-not-found");
}

/** One series of an answer, and its value at the time. */
export interface Sample {
  readonly metric: Readonly<Record<string, string>>;
  readonly value: number;
}

/** Asks it by PromQL, through the API server. */
export async function askPrometheus(query: string): Promise<Sample[]> {
  const place = `/api/v1/namespaces/${namespace}/services/http:${name}:${port}/proxy/api/v1/query`;
  const answer = await kubectl("get", "--raw", `${place}?${new URLSearchParams({ query }).toString()}`);
  const { data } = JSON.parse(answer) as {
    data: { result: { metric: Record<string, string>; value: [number, string] }[] };
  };
  return data.result.map(({ metric, value }) => ({ metric, value: Number(value[1]) }));
}

async function addressOf(service: { readonly name: string; readonly namespace: string }): Promise<string> {
  return kubectl("get", "service", service.name, "-n", service.namespace, "-o", "jsonpath={.spec.clusterIP}");
}

async function withObjects(items: readonly unknown[], ...command: readonly string[]): Promise<void> {
  const folder = `/var/lib/${testLab.name}`;
  const input = JSON.stringify({ apiVersion: "v1", kind: "List", items });
  await execa(`${folder}/bin/kubectl`, ["--kubeconfig", `${folder}/kubeconfig`, ...command, "-f", "-"], { input });
}
