import { execa } from "execa";
import { applyObjects } from "./istio";
import { kubectl, testLab } from "./lab";

/** Workloads of the mesh that are none of the stack's, by their label `version`; they pass on what they are asked. */
export const strangeVersions = ["v2", "v9"] as const;

const app = "stranger";

/** Deploys them beside the stack's own, and waits until they are ready. */
export async function deployStrangers(namespace: string): Promise<void> {
  await applyObjects([
    { apiVersion: "v1", kind: "ConfigMap", metadata: { name: app, namespace }, data: { "nginx.conf": configuration } },
    ...strangeVersions.map((version) => deployment(namespace, version)),
  ]);
  for (const version of strangeVersions)
    await kubectl("rollout", "status", `deployment/${app}-${version}`, `--namespace=${namespace}`, "--timeout=120s");
}

/** Removes them again. */
export async function removeStrangers(namespace: string): Promise<void> {
  const names = strangeVersions.map((version) => `deployment/${app}-${version}`);
  await kubectl("delete", `--namespace=${namespace}`, "--ignore-not-found", ...names, `configmap/${app}`);
}

/** What one of them is answered by a workload, asked by its short name. */
export async function askAsStranger(namespace: string, version: string, workload: string): Promise<string> {
  const address = await kubectl(
    ...["get", "pods", `--namespace=${namespace}`, `--selector=app=${app},version=${version}`],
    "--output=jsonpath={.items[0].status.podIP}",
  );
  const curl = ["curl", "--silent", "--max-time", "10", `http://${address}/${workload}/`];
  return (await execa("nsenter", [`--net=/run/netns/${testLab.name}`, ...curl])).stdout.trim();
}

const configuration = `events {}
http {
  server {
    listen 80;
    proxy_http_version 1.1;
    location /frontend/ { proxy_pass http://frontend/; }
    location /mqtt-server/ { proxy_pass http://mqtt-server/; }
  }
}
`;

function deployment(namespace: string, version: string) {
  const labels = { app, version };
  const mountPath = "/usr/local/openresty/nginx/conf/nginx.conf";
  return {
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: { name: `${app}-${version}`, namespace },
    spec: {
      selector: { matchLabels: labels },
      template: {
        metadata: { labels: { ...labels, "sidecar.istio.io/inject": "true" } },
        spec: {
          containers: [
            {
              name: "nginx",
              image: "registry.lab/nginx:1.22",
              readinessProbe: { tcpSocket: { port: 80 }, periodSeconds: 1 },
              volumeMounts: [{ name: "conf", mountPath, subPath: "nginx.conf" }],
            },
          ],
          volumes: [{ name: "conf", configMap: { name: app } }],
        },
      },
    },
  };
}
