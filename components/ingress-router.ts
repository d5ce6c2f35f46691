import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import type { TrafficPlan } from "../traffic/plan";
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

/** A controller that is healthy publishes its address within seconds; without a bound a preview of 10 minutes' silence. */
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
    this.mainline = this.ingress(workload, args, plan.stable, {});
    if (plan.canary)
      // The mainline first: without it the controller has nothing that the canary could be a canary of.
      this.canary = this.ingress(
        `${workload}-canary`,
        args,
        plan.canary.version,
        canaryAnnotations(plan.canary),
        this.mainline,
      );
    this.registerOutputs({ mainline: this.mainline.metadata.name, canary: this.canary?.metadata.name });
  }

  private ingress(
    name: string,
    { plan, workload, namespace, className, backends }: IngressRouterArgs,
    version: string,
    annotations: Record<string, string>,
    after?: pulumi.Resource,
  ): k8s.networking.v1.Ingress {
    const service = { name: `${workload}-${version}`, port: { number: servicePort } };
    const targets = [backends.services[version], backends.deployments[version], after].filter(
      (target) => target !== undefined,
    );
    return new k8s.networking.v1.Ingress(
      name,
      {
        metadata: { name, namespace, labels: { app: workload }, annotations },
        spec: {
          ingressClassName: className,
          rules: [
            { host: plan.host, http: { paths: [{ path: plan.path, pathType: plan.pathType, backend: { service } }] } },
          ],
        },
      },
      { parent: this, dependsOn: targets, customTimeouts: { create: addressTimeout, update: addressTimeout } },
    );
  }
}
