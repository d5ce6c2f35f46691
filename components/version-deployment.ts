import * as k8s from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";
import type { VersionConfig } from "../config/versions";
import { configFiles } from "./config-files";
import { podTemplate } from "./pod-template";

/** What a Deployment of one version is made of. */
export interface VersionDeploymentArgs {
  /** The Deployment's name, and what its ConfigMap's name begins with. */
  readonly name: string;
  readonly namespace: pulumi.Input<string>;
  /** By what the Deployment knows its pods; it can't be changed later (apps/v1 `selector`). */
  readonly selector: Readonly<Record<string, string>>;
  /** The labels of its objects and pods, those of the selector among them. */
  readonly labels: Readonly<Record<string, string>>;
  readonly config: VersionConfig;
  /** The number of pods instead of the config's. */
  readonly replicas?: number;
}

/** The pods of one version, with their files, and their autoscaler and disruption budget where the config has them. */
export function versionDeployment(
  args: VersionDeploymentArgs,
  opts: pulumi.CustomResourceOptions & { readonly waitFor?: pulumi.Input<pulumi.Resource>[] },
): k8s.apps.v1.Deployment {
  const { name, namespace, labels, config } = args;
  const { waitFor = [], ...child } = opts;
  const selector = { ...args.selector };
  const metadata = { name, namespace, labels: { ...labels } };
  const files = configFiles(name, config.files);
  const configMap =
    files &&
    new k8s.core.v1.ConfigMap(
      name,
      { metadata: { ...metadata, name: files.configMapName }, immutable: true, data: files.data },
      child,
    );
  // With an autoscaler the number is its own: naming it here would reset the scale at every update.
  const isScaled = config.autoscaling !== undefined && args.replicas === undefined;
  const replicas = args.replicas ?? config.replicas ?? 1;
  const deployment = new k8s.apps.v1.Deployment(
    name,
    {
      metadata,
      spec: {
        ...(isScaled ? {} : { replicas }),
        selector: { matchLabels: selector },
        strategy: { type: "RollingUpdate", rollingUpdate: { maxUnavailable: 0, maxSurge: 1 } },
        revisionHistoryLimit: 5,
        progressDeadlineSeconds: 300,
        template: podTemplate({ ...labels }, config, files),
      },
    },
    { ...child, dependsOn: [...waitFor, ...(configMap ? [configMap] : [])] },
  );
  if (config.autoscaling && isScaled) autoscaler(args, config.autoscaling, { ...child, dependsOn: deployment });
  if (config.minAvailable !== undefined)
    new k8s.policy.v1.PodDisruptionBudget(
      name,
      { metadata, spec: { minAvailable: config.minAvailable, selector: { matchLabels: selector } } },
      child,
    );
  return deployment;
}

function autoscaler(
  { name, namespace, labels }: VersionDeploymentArgs,
  { minReplicas, maxReplicas, cpuPercent }: NonNullable<VersionConfig["autoscaling"]>,
  opts: pulumi.CustomResourceOptions,
): void {
  const target = { type: "Utilization", averageUtilization: cpuPercent };
  new k8s.autoscaling.v2.HorizontalPodAutoscaler(
    name,
    {
      metadata: { name, namespace, labels: { ...labels } },
      spec: {
        scaleTargetRef: { apiVersion: "apps/v1", kind: "Deployment", name },
        minReplicas,
        maxReplicas,
        metrics: [{ type: "Resource", resource: { name: "cpu", target } }],
      },
    },
    opts,
  );
}
