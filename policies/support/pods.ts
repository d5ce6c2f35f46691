import type { Container, CronJob, PodSpec, PodTemplate, Texts, Workload } from "./manifests";
import { objectOf, titleOf, type KubernetesObject, type SeenResource } from "./objects";

/** The pods that an object makes. */
export interface Pods {
  readonly object: KubernetesObject;
  /** What messages call the object. */
  readonly title: string;
  readonly labels: Texts;
  readonly spec: PodSpec;
  /** True where the pods serve until they are told to go, false for those that end by themselves. */
  readonly isLongRunning: boolean;
}

/** The pods of an object that makes some, or nothing. */
export function podsOf(resource: SeenResource): Pods | undefined {
  const job = objectOf(resource, "Job");
  if (job) return pods(job, job.manifest.spec?.template, false);
  const cronJob = objectOf(resource, "CronJob");
  if (cronJob) return pods(cronJob, templateOfCronJob(cronJob.manifest), false);
  const pod = objectOf(resource, "Pod");
  if (pod) return pods(pod, pod.manifest, (pod.manifest.spec?.restartPolicy ?? "Always") === "Always");
  const workload = workloadOf(resource);
  return workload && pods(workload, workload.manifest.spec?.template, true);
}

/** The resource as an object that keeps pods running, or nothing. */
export function workloadOf(resource: SeenResource): KubernetesObject<Workload> | undefined {
  return objectOf(resource, "Deployment", "StatefulSet", "DaemonSet", "ReplicaSet", "ReplicationController");
}

function templateOfCronJob({ spec }: CronJob): PodTemplate | undefined {
  return spec?.jobTemplate?.spec?.template;
}

function pods(object: KubernetesObject, template: PodTemplate | undefined, isLongRunning: boolean): Pods {
  const labels = template?.metadata?.labels ?? {};
  return { object, title: titleOf(object), labels, spec: template?.spec ?? {}, isLongRunning };
}

/** All containers of the pods, those that run first included. */
export function allContainers({ initContainers = [], containers = [] }: PodSpec): Container[] {
  return [...initContainers, ...containers];
}

/**
 * Where a container's field is set: under Sluice's config for the pods of a version, else in the object itself.
 *
 * @param key the field's name in Sluice's config, where it has another one there.
 */
export function placeOf({ labels }: Pods, field: string, key = field): string {
  const { app, version } = labels;
  if (app !== undefined && version !== undefined) return `sluice:versions.${version}.${key}`;
  return `its ${field}, for a chart's container by the chart's values`;
}
