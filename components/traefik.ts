import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { after } from "./after";
import { addressOf, type Entrance, type EntranceArgs } from "./entrance";
import { traefikPod } from "./traefik-pod";

const namespaceName = "traefik";

/**
 * Traefik reading ingress-nginx's annotations: maintained, and a drop-in where ingress-nginx is retired.
 *
 * @see https://doc.traefik.io/traefik/reference/install-configuration/providers/kubernetes/kubernetes-ingress-nginx/
 */
export class Traefik extends pulumi.ComponentResource implements Entrance {
  readonly className: pulumi.Output<string>;
  readonly address: pulumi.Output<string | undefined>;

  constructor(name: string, args: EntranceArgs, opts?: pulumi.ComponentResourceOptions) {
    super("sluice:entrance:Traefik", name, {}, opts);
    const child = { parent: this };
    const namespace = new k8s.core.v1.Namespace(namespaceName, { metadata: { name: namespaceName } }, child);
    const labels = { "app.kubernetes.io/name": "traefik" };
    const metadata = { name: "traefik", namespace: namespace.metadata.name, labels };
    const account = new k8s.core.v1.ServiceAccount("traefik", { metadata }, child);
    const role = new k8s.rbac.v1.ClusterRole("traefik", { metadata: { name: "traefik", labels }, rules }, child);
    const binding = new k8s.rbac.v1.ClusterRoleBinding(
      "traefik",
      {
        metadata: { name: "traefik", labels },
        roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "ClusterRole", name: role.metadata.name },
        subjects: [{ kind: "ServiceAccount", name: account.metadata.name, namespace: namespace.metadata.name }],
      },
      child,
    );
    const ingressClass = new k8s.networking.v1.IngressClass(
      "traefik",
      { metadata: { name: args.className, labels }, spec: { controller: controllerName } },
      child,
    );
    const deployment = new k8s.apps.v1.Deployment(
      "traefik",
      {
        metadata,
        spec: {
          replicas: args.replicas,
          selector: { matchLabels: labels },
          strategy: { type: "RollingUpdate", rollingUpdate: { maxUnavailable: 0, maxSurge: 1 } },
          template: traefikPod({ ...args, labels, namespace: namespaceName, controllerName }),
        },
      },
      { ...child, dependsOn: [binding, ingressClass] },
    );
    // A drained node must not take all pods at once; of a single one it would have to wait for ever.
    if (args.replicas > 1)
      new k8s.policy.v1.PodDisruptionBudget(
        "traefik",
        { metadata, spec: { maxUnavailable: 1, selector: { matchLabels: labels } } },
        child,
      );
    const service = new k8s.core.v1.Service(
      "traefik",
      {
        metadata,
        spec: {
          type: "LoadBalancer",
          externalTrafficPolicy: args.externalTrafficPolicy,
          selector: labels,
          ports: [
            { name: "http", port: 80, targetPort: "web" },
            { name: "https", port: 443, targetPort: "websecure" },
          ],
        },
      },
      { ...child, dependsOn: after(opts, deployment) },
    );
    this.className = ingressClass.metadata.name;
    this.address = addressOf(service.status);
    this.registerOutputs({ className: this.className, address: this.address });
  }
}

/** What ingress-nginx's own IngressClass names, so that Ingresses need no change. */
const controllerName = "k8s.io/ingress-nginx";

const read = ["get", "list", "watch"];

const rules: k8s.types.input.rbac.v1.PolicyRule[] = [
  {
    apiGroups: [""],
    resources: ["services", "endpoints", "secrets", "nodes", "namespaces", "configmaps", "pods"],
    verbs: read,
  },
  { apiGroups: ["discovery.k8s.io"], resources: ["endpointslices"], verbs: read },
  { apiGroups: ["networking.k8s.io"], resources: ["ingresses", "ingressclasses"], verbs: read },
  { apiGroups: ["networking.k8s.io"], resources: ["ingresses/status"], verbs: ["update"] },
];
