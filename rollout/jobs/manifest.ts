import { deadlineSecondsOf, type JobMetricConfig } from "../../config/job-metric";
import { partLabel, stackLabel } from "../../record/labels";
import { fillPlaceholders } from "../analysis/placeholders";
import type { Named } from "../analysis/controller-series";
import type { Manifest } from "../../render/manifest";

/** The label of a check's Jobs: the metric's place in the stack's list. */
export const metricLabel = "sluice.dev/metric";

/** The value of {@link partLabel} for Jobs. */
const checkPart = "check";

/** Seconds until Kubernetes removes a Job that a killed driver has left. */
const leftSeconds = 600;

/** Whose Jobs these are. */
export type JobOwner = Named & { readonly stack: string };

/** The labels of the Jobs of one metric. */
export function jobLabels(stack: string, index: number): Readonly<Record<string, string>> {
  return { [stackLabel]: stack, [partLabel]: checkPart, [metricLabel]: String(index) };
}

/**
 * The Job of one round.
 *
 * @param index the metric's place in the stack's list.
 * @param at when the round began, in milliseconds since 1970: rounds are told apart by it.
 * @throws ConfigError for placeholders that nobody knows.
 */
export function jobManifest(job: JobMetricConfig, index: number, owner: JobOwner, at: number): Manifest {
  const seconds = deadlineSecondsOf(job);
  const fill = (value: unknown): unknown => {
    if (typeof value === "string") return fillPlaceholders(value, index, owner, seconds, "job.spec");
    if (Array.isArray(value)) return value.map(fill);
    if (typeof value !== "object" || value === null) return value;
    return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, fill(one)]));
  };
  const spec = fill(job.spec) as { readonly template?: { readonly spec?: object } };
  const { template } = spec;
  return {
    apiVersion: "batch/v1",
    kind: "Job",
    metadata: {
      name: `${owner.workload}-check-${index}-${Math.floor(at / 1000).toString(36)}`,
      namespace: owner.namespace,
      labels: { ...jobLabels(owner.stack, index) },
    },
    spec: {
      activeDeadlineSeconds: seconds,
      backoffLimit: 0,
      ttlSecondsAfterFinished: leftSeconds,
      ...spec,
      template: { ...template, spec: { restartPolicy: "Never", ...template?.spec } },
    },
  };
}
