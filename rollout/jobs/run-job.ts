import { setTimeout as sleep } from "node:timers/promises";
import type { ClusterApi } from "../../cluster/api";
import { failureKind, isRetryable } from "../../cluster/errors";
import { UserError } from "../../progress/user-error";
import { referenceOf, type Manifest } from "../../render/manifest";
import type { Finding } from "../analysis/threshold";
import type { Jobs } from "./jobs";
import { findingOf, hasRun, type JobStatus } from "./outcome";

/** Milliseconds between two looks at a Job. */
const pace = 1000;
/** Milliseconds after its deadline in which Kubernetes should have ended it. */
const slack = 30_000;

const manager = { fieldManager: "sluice" };

/** What the account must be allowed to. */
const rights = "a Role with create, patch, get, list and delete on batch/jobs";

/** Jobs in a cluster. */
export function jobsOf(api: Pick<ClusterApi, "objects" | "core">): Jobs {
  const { objects } = api;
  return {
    async tryOut(job) {
      const { refusal } = (await objects.dryRun(job, manager)) ?? {};
      if (!refusal) return undefined;
      return refusal.code === 403 ? `${refusal.message} (${rights})` : refusal.message;
    },
    async run(job, name, signal) {
      await removeLeft(objects, job);
      signal.throwIfAborted();
      try {
        await objects.apply(job, manager);
        return await untilEnded(api, job, name, signal);
      } catch (error) {
        if (failureKind(error) === "forbidden")
          throw new UserError(`${(error as Error).message} (${rights})`, "SLUICE1605");
        throw error;
      } finally {
        // Ignore errors: Kubernetes removes it later anyway, and the user has interrupted the rollout.
        await objects.remove(referenceOf(job)).catch(() => undefined);
      }
    },
  };
}

/** A driver that was killed may have left one, which would run beside this one. */
async function removeLeft(objects: ClusterApi["objects"], { metadata, ...kind }: Manifest): Promise<void> {
  const { namespace = "default", labels } = metadata;
  const left = await objects.listIn(namespace, kind, labels as Readonly<Record<string, string>>);
  for (const one of left) await objects.remove(referenceOf(one));
}

/** @throws UserError once the Job should have ended and hasn't, or nobody could tell. */
async function untilEnded(
  api: Pick<ClusterApi, "objects" | "core">,
  job: Manifest,
  name: string,
  signal: AbortSignal,
): Promise<Finding> {
  const { activeDeadlineSeconds: seconds } = job["spec"] as { readonly activeDeadlineSeconds: number };
  const end = Date.now() + 1000 * seconds + slack;
  const look = lookAt(api, job, name);
  for (;;) {
    const looked = await look().catch((error: unknown) => {
      if (isRetryable(error) && Date.now() < end) return undefined;
      throw error;
    });
    signal.throwIfAborted();
    if (looked) return looked;
    if (Date.now() > end) throw new UserError(`the Job of ${name} has no end after ${seconds} s`, "SLUICE1605");
    await sleep(pace, undefined, { signal });
  }
}

/** Looks at a Job again and again; nothing is found while it runs. */
function lookAt({ objects, core }: Pick<ClusterApi, "objects" | "core">, job: Manifest, name: string) {
  const { name: jobName, namespace = "default" } = job.metadata;
  let hasStarted = false;
  return async (): Promise<Finding | undefined> => {
    const found = await objects.get(referenceOf(job));
    if (!found) throw new UserError(`the Job ${jobName} of ${name} was removed while it ran`, "SLUICE1605");
    const status = (found["status"] ?? {}) as JobStatus;
    hasStarted ||= hasRun(status);
    if (!findingOf(name, status, hasStarted, [])) return undefined;
    const labelSelector = `batch.kubernetes.io/job-name=${jobName}`;
    return findingOf(name, status, hasStarted, (await core.listNamespacedPod({ namespace, labelSelector })).items);
  };
}
