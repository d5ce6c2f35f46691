import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import type { TrafficPlan } from "../traffic/plan";
import { after } from "./after";
import { canaryAnnotations } from "./canary-annotations";
import { servicePort, type VersionedWorkload } from "./versioned-workload";

/** Arguments of {@link IngressRouter}. */
export interface IngressRouterArgs {
  /** Who gets which version. Plain values, so that a policy and a preview can read every annotation. */
  readonly plan: TrafficPlan;
  /** The workload's name: the mainline Ingress's name, and in front of the canary's. */
  readonly workload: string;
  /** The namespace of the Ingresses, the same as the Services'. */
  readonly namespace: pulumi.Input<string>;
  /** The IngressClass of the controller that reads them. */
  readonly className: pulumi.Input<string>;
  /** The workload whose versions they lead to. */
  readonly backends: VersionedWorkload;
}

/** A controller that is healthy publishes its address within seconds; Pulumi would wait ten minutes for one that is not. */
const addressTimeout = "3m";

/** Turns a traffic plan into a mainline Ingress and, where there is a trial, a canary Ingress beside it. */
export class IngressRouter extends pulumi.ComponentResource {
  /** The Ingress of the stable version. */
  readonly mainline: k8s.networking.v1.Ingress;
  /** The Ingress of the version on trial. */
  readonly canary?: k8s.networking.v1.Ingress;

  constructor(name: string, args: IngressRouterArgs, opts?: pulumi.ComponentResourceOptions) {
    super("sluice:router:IngressRouter", name, {}, opts);
    const { plan, workload } = args;
    this.mainline = this.ingress({ name: workload, version: plan.stable, annotations: {}, waitFor: after(opts) }, args);
    if (plan.canary)
      this.canary = this.ingress(
        {
          name: `${workload}-canary`,
          version: plan.canary.version,
          annotations: canaryAnnotations(plan.canary),
          // Without the mainline the controller has nothing that the canary could be a canary of.
          waitFor: after(opts, this.mainline),
        },
        args,
      );
    this.registerOutputs({ mainline: this.mainline.metadata.name, canary: this.canary?.metadata.name });
  }

  private ingress(route: Route, args: IngressRouterArgs): k8s.networking.v1.Ingress {
    const { plan, workload, namespace, className, backends } = args;
    const service = { name: `${workload}-${route.version}`, port: { number: servicePort } };
    const path = { path: plan.path, pathType: plan.pathType, backend: { service } };
    const ready = [backends.services[route.version], backends.deployments[route.version]];
    return new k8s.networking.v1.Ingress(
      route.name,
      {
        metadata: { name: route.name, namespace, labels: { app: workload }, annotations: route.annotations },
        spec: { ingressClassName: className, rules: [{ host: plan.host, http: { paths: [path] } }] },
      },
      {
        parent: this,
        dependsOn: [...route.waitFor, ...ready.filter((resource) => resource !== undefined)],
        customTimeouts: { create: addressTimeout, update: addressTimeout },
      },
    );
  }
}

interface Route {
  readonly name: string;
  readonly version: string;
  readonly annotations: Record<string, string>;
  readonly waitFor: pulumi.Input<pulumi.Resource>[];
}
