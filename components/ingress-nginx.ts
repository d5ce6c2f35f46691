import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { after } from "./after";
import { chartReference, mergeValues, type ChartPlace } from "./chart-place";
import { addressAnnotations, entranceAddress, exchangeFields, type Entrance, type EntranceArgs } from "./entrance";

/** Arguments of {@link IngressNginx}. */
export interface IngressNginxArgs extends EntranceArgs, ChartPlace {
  /** Lets Ingresses carry nginx snippets (`allow-snippet-annotations` and `annotations-risk-level: Critical`). */
  readonly allowSnippets: boolean;
}

const namespaceName = "ingress-nginx";

/** The last release before the project was archived, on 2026-03-24. */
const officialChart = {
  chart: "ingress-nginx",
  repository: "https://kubernetes.github.io/ingress-nginx",
  version: "4.15.1",
};

/**
 * ingress-nginx by its official chart, behind a Service of type LoadBalancer.
 *
 * @see https://github.com/kubernetes/ingress-nginx/tree/main/charts/ingress-nginx
 */
export class IngressNginx extends pulumi.ComponentResource implements Entrance {
  readonly className: pulumi.Output<string>;
  readonly address: pulumi.Output<string | undefined>;

  constructor(name: string, args: IngressNginxArgs, opts?: pulumi.ComponentResourceOptions) {
    super("sluice:entrance:IngressNginx", name, {}, opts);
    const namespace = new k8s.core.v1.Namespace(namespaceName, { metadata: { name: namespaceName } }, { parent: this });
    const chart = new k8s.helm.v4.Chart(
      "ingress-nginx",
      {
        ...chartReference(args, officialChart),
        name: "ingress-nginx",
        namespace: namespace.metadata.name,
        values: mergeValues(chartValues(args), args.values),
      },
      { parent: this, dependsOn: after(opts) },
    );
    const service = k8s.core.v1.Service.get(
      "ingress-nginx-controller",
      pulumi.interpolate`${namespace.metadata.name}/ingress-nginx-controller`,
      { parent: this, dependsOn: chart },
    );
    this.className = pulumi.output(args.className);
    this.address = entranceAddress(args, service.status);
    this.registerOutputs({ className: this.className, address: this.address });
  }
}

function chartValues(args: IngressNginxArgs): Record<string, unknown> {
  return {
    controller: {
      replicaCount: args.replicas,
      ...(args.image && { image: imageValues(args.image) }),
      ingressClass: args.className,
      ingressClassResource: { name: args.className },
      allowSnippetAnnotations: args.allowSnippets,
      // The controller drops snippets in silence unless both this and the line above allow them.
      config: args.allowSnippets ? { "annotations-risk-level": "Critical" } : {},
      // Its certificates are made by Helm hooks, which Pulumi does not run; what it checks, Sluice checks at preview.
      admissionWebhooks: { enabled: false },
      service: {
        type: "LoadBalancer",
        externalTrafficPolicy: args.externalTrafficPolicy,
        ...exchangeFields(args),
        ...(args.address !== undefined && { annotations: addressAnnotations(args) }),
      },
      metrics: { enabled: true },
    },
  };
}

/** The chart pins the official image by digest, which has to go where another image is named. */
function imageValues({ repository, tag, digest }: NonNullable<EntranceArgs["image"]>): Record<string, unknown> {
  return { ...(repository && { repository, image: null }), ...(tag && { tag }), digest: digest ?? "" };
}
