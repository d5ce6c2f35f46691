import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import type { VersionConfig } from "../config/versions";
import { configFiles } from "./config-files";
import { podTemplate } from "./pod-template";

/** Arguments of {@link VersionedWorkload}. */
export interface VersionedWorkloadArgs {
  /** The workload's name: in front of every object's name (`nginx-v1`) and the value of the label `app`. */
  readonly workload: string;
  /** The namespace of all its objects. */
  readonly namespace: pulumi.Input<string>;
  /** What each version runs, by the version's name, which is the value of the label `version`. */
  readonly versions: Readonly<Record<string, VersionConfig>>;
}

/** The port of every version's Service. */
export const servicePort = 80;

/**
 * An application in several versions side by side. Each version has a Deployment, ConfigMaps with its files, and a
 * Service of its own, because ingress-nginx keys a canary's rules by Service.
 */
export class VersionedWorkload extends pulumi.ComponentResource {
  /** Each version's Service by the version's name. */
  readonly services: Readonly<Record<string, k8s.core.v1.Service>>;
  /** Each version's Deployment by the version's name. */
  readonly deployments: Readonly<Record<string, k8s.apps.v1.Deployment>>;

  constructor(name: string, args: VersionedWorkloadArgs, opts?: pulumi.ComponentResourceOptions) {
    super("sluice:workload:VersionedWorkload", name, {}, opts);
    const built = Object.entries(args.versions).map(
      ([version, config]) => [version, this.version(args, version, config)] as const,
    );
    this.services = Object.fromEntries(built.map(([version, { service }]) => [version, service]));
    this.deployments = Object.fromEntries(built.map(([version, { deployment }]) => [version, deployment]));
    this.registerOutputs({ services: built.map(([, { service }]) => service.metadata.name) });
  }

  private version(args: VersionedWorkloadArgs, version: string, config: VersionConfig) {
    const name = `${args.workload}-${version}`;
    const labels = { app: args.workload, version };
    const metadata = { name, namespace: args.namespace, labels };
    const files = configFiles(name, config.files);
    const configMap =
      files &&
      new k8s.core.v1.ConfigMap(
        name,
        { metadata: { ...metadata, name: files.configMapName }, immutable: true, data: files.data },
        { parent: this },
      );
    const service = new k8s.core.v1.Service(
      name,
      {
        metadata,
        spec: { type: "ClusterIP", selector: labels, ports: [{ name: "http", port: servicePort, targetPort: "http" }] },
      },
      // A Service counts as ready once a pod answers behind it, so the pods must not wait for the Service.
      { parent: this },
    );
    const deployment = new k8s.apps.v1.Deployment(
      name,
      {
        metadata,
        spec: {
          // With an autoscaler the number is its own: naming it here would reset the scale at every update.
          ...(config.autoscaling ? {} : { replicas: config.replicas ?? 1 }),
          selector: { matchLabels: labels },
          strategy: { type: "RollingUpdate", rollingUpdate: { maxUnavailable: 0, maxSurge: 1 } },
          revisionHistoryLimit: 5,
          progressDeadlineSeconds: 300,
          template: podTemplate(labels, config, files),
        },
      },
      { parent: this, dependsOn: configMap },
    );
    this.scaling(name, metadata, labels, config, deployment);
    return { service, deployment };
  }

  private scaling(
    name: string,
    metadata: { name: string; namespace: pulumi.Input<string>; labels: Record<string, string> },
    labels: Record<string, string>,
    config: VersionConfig,
    deployment: k8s.apps.v1.Deployment,
  ): void {
    const { autoscaling, minAvailable } = config;
    if (autoscaling)
      new k8s.autoscaling.v2.HorizontalPodAutoscaler(
        name,
        {
          metadata,
          spec: {
            scaleTargetRef: { apiVersion: "apps/v1", kind: "Deployment", name },
            minReplicas: autoscaling.minReplicas,
            maxReplicas: autoscaling.maxReplicas,
            metrics: [
              {
                type: "Resource",
                resource: { name: "cpu", target: { type: "Utilization", averageUtilization: autoscaling.cpuPercent } },
              },
            ],
          },
        },
        { parent: this, dependsOn: deployment },
      );
    if (minAvailable !== undefined)
      new k8s.policy.v1.PodDisruptionBudget(
        name,
        { metadata, spec: { minAvailable, selector: { matchLabels: labels } } },
        { parent: this },
      );
  }
}
