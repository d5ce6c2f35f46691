import { kubernetesPart, strictObject } from "./fields";

const deadlineAllowed = "must be a number of seconds from 1 to 3600: how long a check may take";

/** A Job that the driver runs in each round of checks, in the workload's namespace: the canary passes if it completes. */
export const jobMetric = strictObject(
  {
    /**
     * A Job's `spec`. In its texts, the placeholders of a query are filled in. By default it has 300 s
     * (`activeDeadlineSeconds`), and isn't repeated if it fails (`backoffLimit: 0`, `restartPolicy: Never`).
     *
     * @see https://kubernetes.io/docs/concepts/workloads/controllers/job/
     */
    spec: kubernetesPart("V1JobSpec").superRefine((spec, context) => {
      const seconds = deadlineSecondsOf({ spec });
      if (seconds >= 1 && seconds <= 3600) return;
      const path = ["activeDeadlineSeconds"];
      context.addIssue({ code: "custom", path, input: spec["activeDeadlineSeconds"], message: deadlineAllowed });
    }),
  },
  "must be a map with spec, as a Job of Kubernetes has it",
);

/** A Job that judges a canary. */
export interface JobMetricConfig {
  readonly spec: Readonly<Record<string, unknown>>;
}

/** How long a Job may take, in seconds. */
export function deadlineSecondsOf({ spec }: JobMetricConfig): number {
  return Number(spec["activeDeadlineSeconds"] ?? 300);
}
