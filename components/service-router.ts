import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { servicePort } from "../config/routing";
import { activeVersion, triedColor, type BlueGreenPlan, type ReplicaRatioPlan } from "../traffic/plan";
import { after } from "./after";
import { addressOf } from "./entrance";

/** Arguments of {@link ServiceRouter}. */
export interface ServiceRouterArgs {
  /** Who gets which version. */
  readonly plan: BlueGreenPlan | ReplicaRatioPlan;
  /** The workload's name: the Service's name, in front of the preview's, and the value of the label `app`. */
  readonly workload: string;
  /** The namespace of the Services, the same as the pods'. */
  readonly namespace: pulumi.Input<string>;
  /** The pods that must be ready before users are led to them. */
  readonly ready?: pulumi.Resource;
  /** The pods that must be ready before the idle color can be tried. */
  readonly previewed?: pulumi.Resource;
}

/**
 * Leads users to pods by one Service: to the active color's by its selector, or to all tracks' pods alike.
 *
 * With a node port the Service answers on every node, otherwise it asks for an address of its own.
 */
export class ServiceRouter extends pulumi.ComponentResource {
  /** The Service that users reach. */
  readonly service: k8s.core.v1.Service;
  /** The Service by which the idle color is tried. */
  readonly preview?: k8s.core.v1.Service;
  /** The address that the Service was given; nothing for a node port. */
  readonly address: pulumi.Output<string | undefined>;

  constructor(name: string, args: ServiceRouterArgs, opts?: pulumi.ComponentResourceOptions) {
    super("sluice:router:ServiceRouter", name, {}, opts);
    const { plan, workload } = args;
    const selector = { app: workload, ...(plan.strategy === "blueGreen" && { version: activeVersion(plan) }) };
    this.service = this.build(workload, selector, plan.nodePort, args, after(opts, args.ready));
    const idle = plan.strategy === "blueGreen" ? triedColor(plan) : undefined;
    if (plan.strategy === "blueGreen" && idle && plan.previewNodePort !== undefined)
      this.preview = this.build(
        `${workload}-preview`,
        { app: workload, version: idle.version },
        plan.previewNodePort,
        args,
        after(opts, args.previewed),
      );
    this.address = addressOf(this.service.status);
    this.registerOutputs({ service: this.service.metadata.name, preview: this.preview?.metadata.name });
  }

  private build(
    name: string,
    selector: Record<string, string>,
    nodePort: number | undefined,
    { workload, namespace }: ServiceRouterArgs,
    dependsOn: pulumi.Input<pulumi.Resource>[],
  ): k8s.core.v1.Service {
    const port = { name: "http", port: servicePort, targetPort: "http" };
    return new k8s.core.v1.Service(
      name,
      {
        metadata: { name, namespace, labels: { app: workload } },
        spec:
          nodePort === undefined
            ? { type: "LoadBalancer", selector, ports: [port] }
            : { type: "NodePort", selector, ports: [{ ...port, nodePort }] },
      },
      { parent: this, dependsOn },
    );
  }
}
