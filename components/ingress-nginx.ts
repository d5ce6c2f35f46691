import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { ownNamespaces } from "../config/entrance";
import { after } from "./after";
import { chartReference, mergeValues, type ChartPlace } from "./chart-place";
import { addressAnnotations, entranceAddress, exchangeFields, type Entrance, type EntranceArgs } from "./entrance";
import { stackNamespace } from "./stack-namespace";

/** An image in parts. */
export interface ImageArgs {
  /** Registry and name, without the tag. */
  readonly repository?: pulumi.Input<string>;
  readonly tag?: pulumi.Input<string>;
  /** `sha256:` and 64 hexadecimal digits. */
  readonly digest?: pulumi.Input<string>;
}

/** Arguments of {@link IngressNginx}. */
export interface IngressNginxArgs extends ChartPlace {
  /** The name of its IngressClass; `nginx` by default. */
  readonly className?: pulumi.Input<string>;
  /** How many pods of the controller; 1 by default. */
  readonly replicas?: pulumi.Input<number>;
  /**
   * `Local` keeps the client's address and answers only from nodes with a controller pod; `Cluster` spreads over all
   * nodes and hides it (core/v1 `externalTrafficPolicy`). `Local` by default.
   */
  readonly externalTrafficPolicy?: pulumi.Input<"Local" | "Cluster">;
  /** The address that its Service asks MetalLB for; any that is free by default. */
  readonly address?: pulumi.Input<string>;
  /** Lets Ingresses carry nginx snippets (`allow-snippet-annotations` and `annotations-risk-level: Critical`); false by default. */
  readonly allowSnippets?: boolean;
  /** Another image than the pinned one, for mirrors and patched forks. */
  readonly image?: ImageArgs;
  /** @internal See {@link EntranceArgs}. */
  readonly exchange?: EntranceArgs["exchange"];
}

const defaultClass = "nginx";

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
  /** The IngressClass by which Ingresses choose it. */
  readonly className: pulumi.Output<string>;
  /** The address that its LoadBalancer Service was given; `undefined` until it has one. */
  readonly address: pulumi.Output<string | undefined>;

  constructor(name: string, args: IngressNginxArgs = {}, opts?: pulumi.ComponentResourceOptions) {
    super("sluice:entrance:IngressNginx", name, {}, opts);
    const namespace = stackNamespace({ name: ownNamespaces["ingress-nginx"], resource: name }, { parent: this });
    const chart = new k8s.helm.v4.Chart(
      name,
      {
        ...chartReference(args, officialChart),
        name: "ingress-nginx",
        namespace: namespace.metadata.name,
        values: mergeValues(chartValues(args), args.values),
      },
      { parent: this, dependsOn: after(opts) },
    );
    this.className = pulumi.output(args.className ?? defaultClass);
    this.address = entranceAddress(args, serviceStatus(chart));
    this.registerOutputs({ className: this.className, address: this.address });
  }
}

/**
 * The status of the controller's Service, found among the chart's objects. Looked up by its name it would be a read in every
 * preview, and fail in one that comes before the chart's objects are there.
 */
function serviceStatus(chart: k8s.helm.v4.Chart): pulumi.Output<k8s.types.output.core.v1.ServiceStatus | undefined> {
  return chart.resources.apply((all: pulumi.Resource[] = []) => {
    const services = all.filter((one) => k8s.core.v1.Service.isInstance(one));
    return pulumi
      .all(services.map(({ metadata, status }) => pulumi.all([metadata.name, status])))
      .apply((known) => known.find(([name]) => name === "ingress-nginx-controller")?.[1]);
  });
}

function chartValues(args: IngressNginxArgs): Record<string, unknown> {
  const { className = defaultClass, replicas = 1, externalTrafficPolicy = "Local", allowSnippets = false } = args;
  return {
    controller: {
      extraArgs: {
        // Changes per second that the controller takes up, 0.3 by default: the second of two changes waits for 3.3 s. Not
        // much more, because nginx's workers tell changes apart by the second in which they came, and never take up the later
        // one of two in the same second, until a third one comes (`raw_backends_last_synced_at` in the controller's
        // lua/configuration.lua and balancer.lua). A change that needs a reload comes to the workers a second late on a busy
        // machine, and the next one must not catch up with it.
        "sync-rate-limit": "0.4",
        // Seconds between two looks at which Ingresses lack an address, 60 by default: Pulumi waits for the address of every
        // new Ingress, so of every new trial. One look costs one request to the API server.
        "status-update-interval": "2",
      },
      // The chart waits 10 s before it asks for the first time. The controller answers only once its first configuration is
      // in force, so there is nothing to wait for; it is given up after 30 s without an answer, as by the chart.
      readinessProbe: { initialDelaySeconds: 1, periodSeconds: 2, failureThreshold: 15 },
      replicaCount: replicas,
      ...(args.image && { image: imageValues(args.image) }),
      ingressClass: className,
      ingressClassResource: { name: className },
      allowSnippetAnnotations: allowSnippets,
      // The controller drops snippets in silence unless both this and the line above allow them.
      config: allowSnippets ? { "annotations-risk-level": "Critical" } : {},
      // Its certificates are made by Helm hooks, which Pulumi does not run; what it checks, Sluice checks at preview.
      admissionWebhooks: { enabled: false },
      service: {
        type: "LoadBalancer",
        externalTrafficPolicy,
        ...exchangeFields(args),
        ...(args.address !== undefined && { annotations: addressAnnotations(args) }),
      },
      metrics: { enabled: true },
      // The pods take connections on their own ports only, those of `values` included.
      networkPolicy: { enabled: true },
    },
  };
}

/** The chart pins the official image by digest, which has to go where another image is named. */
function imageValues({ repository, tag, digest }: ImageArgs): Record<string, unknown> {
  return { ...(repository && { repository, image: null }), ...(tag && { tag }), digest: digest ?? "" };
}
