import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import type { RolloutConfig } from "../config/rollout";
import { servicePort } from "../config/backend";
import type { VersionConfig } from "../config/versions";
import { ingressSpec, type IngressSpecArgs } from "../routers/ingress/spec";
import type { CanaryPlan } from "../traffic/plan";
import { after } from "./after";
import { flaggerAnalysis } from "./flagger-analysis";
import { prometheusAddress, type MetricContext } from "./flagger-metrics";
import { alertProviders, flaggerApi, metricTemplates } from "./flagger-references";
import { fixedScale, versionDeployment } from "./version-deployment";
import { notAwaited } from "./kubernetes-object";

/** Arguments of {@link FlaggerCanary}. */
export interface FlaggerCanaryArgs {
  /** The version that users are to get, which Flagger tries first. */
  readonly plan: CanaryPlan;
  readonly rollout: RolloutConfig;
  /** The workload's name, which is that of all the objects. */
  readonly workload: string;
  readonly namespace: pulumi.Input<string>;
  /** What the version runs. */
  readonly version: VersionConfig;
  /** The IngressClass of the controller that reads the Ingress. */
  readonly className: pulumi.Input<string>;
  /** What reads the Ingress, whose metrics are asked. */
  readonly controller: MetricContext["controller"];
  readonly tls: IngressSpecArgs<unknown>["tls"];
  /** Further annotations of the Ingress, which Flagger copies to the canary's. */
  readonly annotations: Readonly<Record<string, string>>;
}

/** Set once Flagger has made its own Deployment and Services, whose pods are then ready. */
const untilInitialized = { "pulumi.com/waitFor": "jsonpath={.status.lastAppliedSpec}" };

/**
 * A workload whose rollouts Flagger drives: one Deployment with the version that users are to get, an Ingress, and a Canary
 * by which Flagger makes the rest: the Deployment `W-primary` that users get, the Services `W`, `W-primary` and `W-canary`,
 * and the Ingress `W-canary` whose weight it moves.
 *
 * The number of pods is Flagger's too, 0 between rollouts, so the Deployment has none of its own: an autoscaler says it.
 */
export class FlaggerCanary extends pulumi.ComponentResource {
  /** The Ingress by which users come; Flagger leads its Service to the pods that they get. */
  readonly mainline: k8s.networking.v1.Ingress;
  /** Flagger's Canary object. */
  readonly canary: k8s.apiextensions.CustomResource;

  constructor(name: string, args: FlaggerCanaryArgs, opts?: pulumi.ComponentResourceOptions) {
    super("sluice:flagger:FlaggerCanary", name, {}, opts);
    const { plan, rollout, workload, namespace, version, controller } = args;
    const context = { workload, version: plan.stable, controller };
    const progressDeadlineSeconds = Math.ceil(rollout.progressDeadline / 1000);
    const labels = { app: workload };
    const deployment = versionDeployment(
      {
        name: workload,
        namespace,
        selector: labels,
        labels: { ...labels, version: plan.stable },
        config: version,
        copy: { selector: { app: `${workload}-primary` }, progressDeadlineSeconds },
      },
      { parent: this },
    );
    const metadata = { name: workload, namespace, labels };
    this.mainline = new k8s.networking.v1.Ingress(
      workload,
      {
        // Neither a Service that Flagger has yet to make is awaited nor, the Service being there, its pods.
        metadata: { ...metadata, annotations: { ...args.annotations, ...notAwaited } },
        spec: ingressSpec({ ...args, routes: plan.routes, service: workload }),
      },
      { parent: this, dependsOn: after(opts, deployment) },
    );
    const told = { ...context, namespace, rollout, opts: { parent: this, dependsOn: after(opts) } };
    const first = [...metricTemplates(told), ...alertProviders(told)];
    const address = prometheusAddress(rollout);
    const target = { apiVersion: "apps/v1", kind: "Deployment", name: workload };
    this.canary = new k8s.apiextensions.CustomResource(
      workload,
      {
        apiVersion: flaggerApi,
        kind: "Canary",
        metadata: { ...metadata, annotations: untilInitialized },
        spec: {
          provider: "nginx",
          targetRef: target,
          ingressRef: { apiVersion: "networking.k8s.io/v1", kind: "Ingress", name: workload },
          ...(fixedScale(version) && {
            autoscalerRef: { apiVersion: "autoscaling/v2", kind: "HorizontalPodAutoscaler", name: workload },
          }),
          ...(address !== undefined && { metricsServer: address }),
          progressDeadlineSeconds,
          service: { port: servicePort, portName: "http", targetPort: "http" },
          analysis: flaggerAnalysis(rollout, context),
        },
      },
      { parent: this, dependsOn: [...after(opts, this.mainline), ...first] },
    );
    this.registerOutputs({ canary: this.canary.metadata.name });
  }
}
