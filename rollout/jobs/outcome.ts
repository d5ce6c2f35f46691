import type { V1Job, V1Pod } from "@kubernetes/client-node";
import { excerpt } from "../excerpt";
import type { Finding } from "../analysis/threshold";

/** A Job as the API server tells of it. */
export type JobStatus = Pick<NonNullable<V1Job["status"]>, "conditions" | "ready" | "failed" | "succeeded">;

/** True once one of its pods has run. */
export function hasRun({ ready = 0, failed = 0, succeeded = 0 }: JobStatus): boolean {
  return ready + failed + succeeded > 0;
}

/**
 * What a Job shows of the canary; nothing while it runs.
 *
 * @param hasStarted true if one of its pods was seen to run: a Job without one isn't the canary's fault.
 * @param pods those that it has left, whose last words are told.
 */
export function findingOf(
  name: string,
  { conditions = [] }: JobStatus,
  hasStarted: boolean,
  pods: readonly V1Pod[],
): Finding | undefined {
  const ended = conditions.find(({ type, status }) => status === "True" && (type === "Complete" || type === "Failed"));
  if (!ended) return undefined;
  if (ended.type === "Complete") return { verdict: "passed", message: `the Job of ${name} completed` };
  const reasons = [ended.message ?? ended.reason ?? "it failed", ...pods.flatMap(lastWords)].join("; ");
  return hasStarted
    ? { verdict: "failed", message: `the Job of ${name} failed: ${reasons}` }
    : { verdict: "inconclusive", message: `no pod of the Job of ${name} has run: ${reasons}` };
}

/** Why a pod doesn't run, or what its containers ended with. */
function lastWords({ status }: V1Pod): string[] {
  return (status?.containerStatuses ?? []).flatMap(({ name, state }) => {
    const { waiting, terminated } = state ?? {};
    if (waiting?.reason !== undefined) return [`container ${name} waits: ${waiting.reason}`];
    if (!terminated || terminated.exitCode === 0) return [];
    const said = terminated.message ? `: ${excerpt(terminated.message, 80)}` : "";
    return [`container ${name} ended with exit code ${terminated.exitCode}${said}`];
  });
}
