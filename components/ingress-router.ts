import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { servicePort } from "../config/routing";
import { servingVersion, triedColor, type BlueGreenPlan, type CanaryPlan, type Route } from "../traffic/plan";
import { after } from "./after";
import { affinityAnnotations, canaryAnnotations } from "./canary-annotations";
import { ingressSpec } from "./ingress-spec";
import { withoutPods, type VersionedWorkload } from "./versioned-workload";

/** Arguments of {@link IngressRouter}. */
export interface IngressRouterArgs {
  /** Who gets which version. Plain values, so that a policy and a preview can read every annotation. */
  readonly plan: CanaryPlan | BlueGreenPlan;
  /** The workload's name, and in front of its Services' names. */
  readonly workload: string;
  /** The mainline Ingress's name, and in front of the canary's and the preview's; the workload's by default. */
  readonly title?: string;
  /** The namespace of the Ingresses, the same as the Services'. */
  readonly namespace: pulumi.Input<string>;
  /** The IngressClass of the controller that reads them. */
  readonly className: pulumi.Input<string>;
  /** The workload whose versions they lead to. */
  readonly backends: VersionedWorkload;
  /** The Secrets of certificates, with the hosts that they are for. */
  readonly tls?: readonly { readonly secretName: string; readonly hosts: readonly string[] }[];
  /** Further annotations of the mainline and the preview. */
  readonly annotations?: Readonly<Record<string, string>>;
}

/** A controller that is healthy publishes its address within seconds; Pulumi would wait ten minutes for one that is not. */
const addressTimeout = "3m";

/**
 * Turns a traffic plan into a mainline Ingress, where there is a trial a canary Ingress beside it, and where the idle
 * color is tried on a host of its own an Ingress for that.
 */
export class IngressRouter extends pulumi.ComponentResource {
  /** The Ingress of the stable version, or of the active color. */
  readonly mainline: k8s.networking.v1.Ingress;
  /** The Ingress of the version on trial. */
  readonly canary?: k8s.networking.v1.Ingress;
  /** The Ingress of the idle color. */
  readonly preview?: k8s.networking.v1.Ingress;

  constructor(name: string, args: IngressRouterArgs, opts?: pulumi.ComponentResourceOptions) {
    super("sluice:router:IngressRouter", name, {}, opts);
    const { plan, workload, title = workload, annotations = {} } = args;
    const { routes } = plan;
    const version = servingVersion(plan);
    const affinity = plan.strategy === "canary" && plan.affinity ? affinityAnnotations(plan.affinity) : {};
    const waitFor = after(opts);
    const isSwitched = plan.strategy === "blueGreen";
    this.mainline = this.ingress(
      {
        name: title,
        service: isSwitched ? title : `${workload}-${version}`,
        version,
        routes,
        annotations: { ...annotations, ...affinity },
        waitFor: [...waitFor, ...(isSwitched ? [this.service(title, version, args)] : [])],
      },
      args,
    );
    if (plan.strategy === "canary" && plan.canary)
      this.canary = this.ingress(
        {
          name: `${title}-canary`,
          service: `${title}-canary`,
          version: plan.canary.version,
          routes,
          annotations: canaryAnnotations(plan.canary, plan.affinity),
          // Without the mainline the controller has nothing that the canary could be a canary of.
          waitFor: [...waitFor, this.mainline, this.service(`${title}-canary`, plan.canary.version, args)],
        },
        args,
      );
    const idle = plan.strategy === "blueGreen" ? triedColor(plan) : undefined;
    if (plan.strategy === "blueGreen" && plan.preview && idle)
      this.preview = this.ingress(
        {
          name: `${title}-preview`,
          service: `${title}-preview`,
          version: idle.version,
          routes: [plan.preview],
          annotations,
          waitFor: [...waitFor, this.service(`${title}-preview`, idle.version, args)],
        },
        args,
      );
    const names = [this.mainline, this.canary, this.preview].flatMap((ingress) => ingress?.metadata.name ?? []);
    this.registerOutputs({ ingresses: names });
  }

  /**
   * An Ingress's own Service, apart from its version's, whose selector says which version it leads to.
   *
   * A canary has one because in a promotion the mainline leads to the version before the canary is gone, and a Service that
   * both lead to is the canary's alone for ingress-nginx, so that nobody would be served.
   *
   * Colors have one so that a switch leaves the Ingress as it is, and changes endpoints only. ingress-nginx takes these up
   * without a reload, each worker all at once, and pods of the color before serve until then, while they drain. An Ingress
   * that leads to another Service needs a reload: until that is over the workers before it answer 503, because the Service
   * that they know is gone from the configuration.
   */
  private service(
    name: string,
    version: string,
    { workload, namespace, backends }: IngressRouterArgs,
  ): k8s.core.v1.Service {
    return new k8s.core.v1.Service(
      name,
      {
        metadata: {
          name,
          namespace,
          labels: { app: workload },
          annotations: backends.empty.has(version) ? withoutPods : undefined,
        },
        spec: {
          type: "ClusterIP",
          selector: { app: workload, version },
          ports: [{ name: "http", port: servicePort, targetPort: "http" }],
        },
      },
      // The pods of a version that retires go after what leads to them.
      { parent: this, dependsOn: backends.empty.has(version) ? [] : backends.deployments[version] },
    );
  }

  private ingress(
    { name, service, version, routes, annotations, waitFor }: RouteSet,
    { workload, namespace, className, backends, tls = [] }: IngressRouterArgs,
  ): k8s.networking.v1.Ingress {
    const isEmpty = backends.empty.has(version);
    const ready = [backends.services[version], isEmpty ? undefined : backends.deployments[version]];
    return new k8s.networking.v1.Ingress(
      name,
      {
        metadata: { name, namespace, labels: { app: workload }, annotations },
        spec: ingressSpec({ routes, service, className, tls }),
      },
      {
        parent: this,
        dependsOn: [...waitFor, ...ready.filter((resource) => resource !== undefined)],
        customTimeouts: { create: addressTimeout, update: addressTimeout },
      },
    );
  }
}

interface RouteSet {
  readonly name: string;
  /** The Service that it leads to. */
  readonly service: string;
  /** The version behind that Service. */
  readonly version: string;
  readonly routes: readonly Route[];
  readonly annotations: Record<string, string>;
  readonly waitFor: pulumi.Input<pulumi.Resource>[];
}
