import type { ResourceValidationArgs } from "@pulumi/policy";
import type { Container, CronJob, PodSpec, PodTemplate, Texts, Workload } from "./manifests";
import { objectOf, titleOf, type KubernetesObject, type SeenResource } from "./objects";

/** The pods that an object makes. */
export interface Pods {
  readonly object: KubernetesObject;
  /** What messages call the object. */
  readonly title: string;
  readonly labels: Texts;
  readonly annotations: Texts;
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
  const { labels = {}, annotations = {} } = template?.metadata ?? {};
  return { object, title: titleOf(object), labels, annotations, spec: template?.spec ?? {}, isLongRunning };
}

/**
 * Changes fields of the pods that an object makes, for a remediation.
 *
 * @param path where the fields are, below the pod's spec.
 */
export function mendPods(args: ResourceValidationArgs, path: readonly string[], fields: object): object {
  const [kind = ""] = args.type.split(":").slice(2);
  return mend(args, [...(podPaths[kind] ?? ["spec", "template", "spec"]), ...path], fields);
}

const podPaths: Readonly<Record<string, readonly string[]>> = {
  Pod: ["spec"],
  CronJob: ["spec", "jobTemplate", "spec", "template", "spec"],
};

/**
 * Changes fields of an object in place: a copy would have its secrets in plain, and couldn't be made if a value is unknown.
 *
 * @returns the object's properties, as a remediation has to.
 */
export function mend({ props }: ResourceValidationArgs, path: readonly string[], fields: object): object {
  const map = path.reduce<Record<string, unknown>>(
    (at, key) => (at[key] ??= {}) as Record<string, unknown>,
    props as Record<string, unknown>,
  );
  Object.assign(map, fields);
  return props;
}

/** All containers of the pods, those that run first included. */
export function allContainers({ initContainers = [], containers = [] }: PodSpec): Container[] {
  return [...initContainers, ...containers];
}

/**
 * The place to set a container's field: under Sluice's config for the pods of a version in the short form, in the manifests or by a
 * patch for those of an application's own, else in the object itself.
 *
 * @param key the field's name in Sluice's config, where it has another one there.
 */
export function placeOf({ labels }: Pods, field: string, key = field): string {
  const own = labels["sluice.dev/version"];
  if (own !== undefined) return `its ${field}, in the manifests or by sluice:versions.${own}.patch`;
  const { app, version } = labels;
  if (app !== undefined && version !== undefined) return `sluice:versions.${version}.${key}`;
  return `its ${field}, for a chart's container by the chart's values`;
}
