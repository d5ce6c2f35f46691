import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { ownNamespaces } from "../config/entrance";
import { after } from "./after";
import { addressAnnotations, entranceAddress, exchangeFields, type Entrance, type EntranceArgs } from "./entrance";
import { onOwnPorts } from "./network-policy";
import { stackNamespace } from "./stack-namespace";
import { traefikPod } from "./traefik-pod";

/**
 * Traefik reading ingress-nginx's annotations, a drop-in where ingress-nginx is retired, or reading Gateway API. The two
 * have names of their own, so that they can stand side by side.
 *
 * @see https://doc.traefik.io/traefik/reference/install-configuration/providers/kubernetes/kubernetes-ingress-nginx/
 * @see https://doc.traefik.io/traefik/reference/install-configuration/providers/kubernetes/kubernetes-gateway/
 */
export class Traefik extends pulumi.ComponentResource implements Entrance {
  readonly className: pulumi.Output<string>;
  readonly address: pulumi.Output<string | undefined>;

  constructor(name: string, args: EntranceArgs, opts?: pulumi.ComponentResourceOptions) {
    super("sluice:entrance:Traefik", name, {}, opts);
    const child = { parent: this };
    const { reads = "ingresses" } = args;
    const title = reads === "gateways" ? ownNamespaces.traefikGateway : ownNamespaces.traefik;
    const namespace = stackNamespace({ name: title }, child);
    const labels = { "app.kubernetes.io/name": title };
    const metadata = { name: title, namespace: namespace.metadata.name, labels };
    const account = new k8s.core.v1.ServiceAccount(title, { metadata }, child);
    const rules = [...commonRules, ...rulesOf[reads]];
    const role = new k8s.rbac.v1.ClusterRole(title, { metadata: { name: title, labels }, rules }, child);
    const binding = new k8s.rbac.v1.ClusterRoleBinding(
      title,
      {
        metadata: { name: title, labels },
        roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "ClusterRole", name: role.metadata.name },
        subjects: [{ kind: "ServiceAccount", name: account.metadata.name, namespace: namespace.metadata.name }],
      },
      child,
    );
    const ingressClass = reads === "ingresses" ? this.ingressClass(args, labels) : undefined;
    const deployment = new k8s.apps.v1.Deployment(
      title,
      {
        metadata,
        spec: {
          replicas: args.replicas,
          selector: { matchLabels: labels },
          strategy: { type: "RollingUpdate", rollingUpdate: { maxUnavailable: 0, maxSurge: 1 } },
          template: traefikPod({ ...args, labels, title, controllerName, reads }),
        },
      },
      { ...child, dependsOn: [binding, ingressClass].filter((one) => one !== undefined) },
    );
    onOwnPorts(title, { metadata, labels, ports: ["web", "websecure", "admin", "metrics"] }, child);
    // A drained node must not take all pods at once; of a single one it would have to wait forever.
    if (args.replicas > 1)
      new k8s.policy.v1.PodDisruptionBudget(
        title,
        { metadata, spec: { maxUnavailable: 1, selector: { matchLabels: labels } } },
        child,
      );
    const service = new k8s.core.v1.Service(
      title,
      {
        metadata: { ...metadata, annotations: addressAnnotations(args) },
        spec: {
          type: "LoadBalancer",
          externalTrafficPolicy: args.externalTrafficPolicy,
          ...exchangeFields(args),
          selector: labels,
          ports: [
            { name: "http", port: 80, targetPort: "web" },
            { name: "https", port: 443, targetPort: "websecure" },
          ],
        },
      },
      { ...child, dependsOn: after(opts, deployment) },
    );
    // Only who serves a class accepts it, and Traefik does not before it has an address to tell.
    const itsClass = ingressClass ?? this.gatewayClass(args, labels, service);
    this.className = itsClass.metadata.name;
    this.address = entranceAddress(args, service.status);
    this.registerOutputs({ className: this.className, address: this.address });
  }

  private ingressClass({ className }: EntranceArgs, labels: Readonly<Record<string, string>>) {
    return new k8s.networking.v1.IngressClass(
      "traefik",
      { metadata: { name: className, labels }, spec: { controller: controllerName } },
      { parent: this },
    );
  }

  private gatewayClass(
    { className }: EntranceArgs,
    labels: Readonly<Record<string, string>>,
    service: k8s.core.v1.Service,
  ) {
    return new k8s.apiextensions.CustomResource(
      "traefik-gateway",
      {
        apiVersion: "gateway.networking.k8s.io/v1",
        kind: "GatewayClass",
        metadata: { name: className, labels },
        spec: { controllerName: gatewayControllerName },
      },
      { parent: this, dependsOn: service },
    );
  }
}

/** What ingress-nginx's own IngressClass names, so that Ingresses need no change. */
const controllerName = "k8s.io/ingress-nginx";

/** By which Traefik knows its GatewayClasses. */
export const gatewayControllerName = "traefik.io/gateway-controller";

const read = ["get", "list", "watch"];

const commonRules: k8s.types.input.rbac.v1.PolicyRule[] = [
  {
    apiGroups: [""],
    resources: ["services", "endpoints", "secrets", "nodes", "namespaces", "configmaps", "pods"],
    verbs: read,
  },
  { apiGroups: ["discovery.k8s.io"], resources: ["endpointslices"], verbs: read },
];

const gatewayKinds = [
  "gatewayclasses",
  "gateways",
  "httproutes",
  "grpcroutes",
  "tlsroutes",
  "tcproutes",
  "listenersets",
  "referencegrants",
  "backendtlspolicies",
];

const rulesOf: Readonly<Record<NonNullable<EntranceArgs["reads"]>, k8s.types.input.rbac.v1.PolicyRule[]>> = {
  ingresses: [
    { apiGroups: ["networking.k8s.io"], resources: ["ingresses", "ingressclasses"], verbs: read },
    { apiGroups: ["networking.k8s.io"], resources: ["ingresses/status"], verbs: ["update"] },
  ],
  gateways: [
    { apiGroups: ["gateway.networking.k8s.io"], resources: gatewayKinds, verbs: read },
    {
      apiGroups: ["gateway.networking.k8s.io"],
      resources: gatewayKinds.map((kind) => `${kind}/status`),
      verbs: ["update", "patch"],
    },
  ],
};
