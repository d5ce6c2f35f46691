import type { ClusterObject } from "../../../kubernetes/cluster-object";
import { asApplied } from "../../../workloads/live-objects";
import type { RawConfig } from "./stacks";

const image = "registry.example/shop:1";

/** The pods' labels, by which everything selects. */
export const shopLabels = { app: "shop", tier: "front" };

/** What the API server answers of a shop that a team has applied by kubectl. */
export function liveShop(changes: Readonly<Record<string, object>> = {}): ClusterObject[] {
  const bookkeeping = { uid: "4f1a", resourceVersion: "812", generation: 3, creationTimestamp: "2026-11-02T08:00:00Z" };
  const applied = { "kubectl.kubernetes.io/last-applied-configuration": "{}" };
  const meta = (name: string, more: object = {}) => ({
    name,
    namespace: "store",
    ...bookkeeping,
    managedFields: [{ manager: "kubectl-client-side-apply", operation: "Update" }],
    annotations: applied,
    ...more,
  });
  const deployment = {
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: meta("shop", {
      annotations: { ...applied, "deployment.kubernetes.io/revision": "7", "team.example/owner": "front" },
    }),
    spec: {
      replicas: 3,
      selector: { matchLabels: { app: "shop" } },
      template: {
        metadata: {
          creationTimestamp: null,
          labels: shopLabels,
          annotations: { "kubectl.kubernetes.io/restartedAt": "2026-11-20T10:00:00Z" },
        },
        spec: {
          containers: [{ name: "shop", image, ports: [{ name: "web", containerPort: 8080 }] }],
          serviceAccountName: "shop",
        },
      },
    },
    status: { readyReplicas: 3 },
  };
  const service = {
    apiVersion: "v1",
    kind: "Service",
    metadata: meta("shop"),
    spec: {
      type: "ClusterIP",
      clusterIP: "10.96.14.2",
      clusterIPs: ["10.96.14.2"],
      selector: { app: "shop" },
      ports: [{ name: "web", port: 80, targetPort: "web" }],
    },
  };
  const backend = { service: { name: "shop", port: { name: "web" } } };
  const ingress = {
    apiVersion: "networking.k8s.io/v1",
    kind: "Ingress",
    metadata: meta("shop"),
    spec: {
      ingressClassName: "nginx",
      rules: [{ host: "shop.example.com", http: { paths: [{ path: "/", pathType: "Prefix", backend }] } }],
    },
    status: { loadBalancer: { ingress: [{ ip: "192.0.2.10" }] } },
  };
  const all = { deployment, service, ingress, ...changes };
  return Object.values(all);
}

/** A stack that adopts the shop, its objects read. */
export function liveStack(changes: RawConfig = {}, objects: readonly ClusterObject[] = liveShop()): RawConfig {
  return {
    "sluice:namespace": "store",
    "sluice:from": { live: "Deployment/shop", objects: asApplied(objects, "Deployment/shop") },
    "sluice:ingressController": { kind: "existing", className: "nginx" },
    "sluice:stable": "v1",
    "sluice:canary": "v2",
    "sluice:canaryWeight": 10,
    "sluice:versions": { v1: {}, v2: { image: "registry.example/shop:2" } },
    ...changes,
  };
}
