import * as k8s from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";
import type { IstioConfig } from "../config/routers";
import type { VersionConfig } from "../config/versions";
import { startingNumber, type ComingBack } from "./coming-back";
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
  /** The mesh that the pods are part of. */
  readonly mesh?: IstioConfig;
  /** The number of pods instead of the config's. */
  readonly replicas?: number;
  /** If an autoscaler sets the number: whether it is 0, and who serves while the pods come back. */
  readonly comingBack?: ComingBack;
  /** Seconds without progress after which the Deployment counts as failed; 300 by default. */
  readonly secondsToReady?: number;
  /** Where somebody else copies the Deployment, scales both, and tells whether they get on: Flagger. */
  readonly copy?: {
    /** By what the copy's pods are known, which are those that users get. */
    readonly selector: Readonly<Record<string, string>>;
    /** Seconds without progress after which the Deployment counts as failed. */
    readonly progressDeadlineSeconds: number;
  };
}

/** The pods of one version, with their files, and their autoscaler and disruption budget where the config has them. */
export function versionDeployment(
  args: VersionDeploymentArgs,
  opts: pulumi.CustomResourceOptions & { readonly waitFor?: pulumi.Input<pulumi.Resource>[] },
): k8s.apps.v1.Deployment {
  const { name, namespace, labels, config, copy, secondsToReady = 300, comingBack = { isEmptied: false } } = args;
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
  // Pulumi would give up after ten minutes, whatever the Deployment says.
  const patience = `${Math.max(600, secondsToReady + 60)}s`;
  const isAutoscaled = config.autoscaling !== undefined && args.replicas === undefined;
  const replicas = args.replicas ?? config.replicas ?? 1;
  const { maxUnavailable = 0, maxSurge = 1 } = config;
  // The autoscaler has set the number last, and the API server lets nobody else set it without force.
  const isTaken = config.autoscaling !== undefined && args.replicas !== undefined;
  const deployment = new k8s.apps.v1.Deployment(
    name,
    {
      metadata: { ...metadata, ...(isTaken && { annotations: { "pulumi.com/patchForce": "true" } }) },
      spec: {
        ...(isAutoscaled
          ? { replicas: startingNumber(name, namespace, config.autoscaling ?? {}, comingBack, child.parent) }
          : copy
            ? {}
            : { replicas }),
        selector: { matchLabels: selector },
        ...(config.minReadySeconds !== undefined && { minReadySeconds: config.minReadySeconds }),
        strategy: { type: "RollingUpdate", rollingUpdate: { maxUnavailable, maxSurge } },
        revisionHistoryLimit: 5,
        progressDeadlineSeconds: copy?.progressDeadlineSeconds ?? secondsToReady,
        template: podTemplate({ ...labels, ...sidecarLabels(args.mesh) }, config, files),
      },
    },
    {
      ...child,
      // If something else scales it, an update leaves the number as it is. Leaving the field out instead would reset it
      // to 1 if it was this stack's before.
      ignoreChanges: isAutoscaled && !comingBack.isEmptied ? ["spec.replicas"] : [],
      dependsOn: [...waitFor, ...(configMap ? [configMap] : [])],
      customTimeouts: { create: patience, update: patience },
    },
  );
  const scale = config.autoscaling ?? (copy && fixedScale(config));
  if (scale && (isAutoscaled || copy)) autoscaler(args, scale, { ...child, dependsOn: deployment });
  if (config.minAvailable !== undefined)
    new k8s.policy.v1.PodDisruptionBudget(
      name,
      {
        metadata,
        spec: { minAvailable: config.minAvailable, selector: { matchLabels: { ...(copy?.selector ?? selector) } } },
      },
      child,
    );
  return deployment;
}

/**
 * The number of pods of a Deployment that somebody else scales, said by an autoscaler with one number for both bounds: it
 * holds to its bounds even if no metrics can be had. One pod needs none.
 */
export function fixedScale({ autoscaling, replicas = 1 }: VersionConfig): VersionConfig["autoscaling"] {
  if (autoscaling || replicas === 1) return autoscaling;
  return { minReplicas: replicas, maxReplicas: replicas, cpuPercent: 100 };
}

/**
 * What asks for a sidecar in a pod.
 *
 * @see https://istio.io/latest/docs/setup/additional-setup/sidecar-injection/
 */
function sidecarLabels(mesh: IstioConfig | undefined): Record<string, string> {
  if (!mesh?.sidecar) return {};
  const { revision } = mesh.sidecar;
  return revision === undefined ? { "sidecar.istio.io/inject": "true" } : { "istio.io/rev": revision };
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
