import { setTimeout as sleep } from "node:timers/promises";
import type { ClusterApi } from "../../cluster/api";
import type { StackConfig } from "../../config";
import type { Application } from "../../kubernetes/application";
import { secondsToReady } from "../../config/rollout";
import { waitForPods } from "../../preflight/wait-for-pods";
import type { Step, StepContext } from "../../progress/step";
import { describeObject, referenceOf } from "../../render/manifest";
import { trafficPatches, withdrawPatches } from "../../routers";
import type { Successor } from "../../routers/deployed";
import type { CanaryPlan } from "../../traffic/plan";
import { nameOf } from "../../workloads/names";
import { versionObjects } from "../../workloads/versions";
import { raiseStep, releaseStep } from "../autoscaled";
import { sendPatches } from "../route-patches";
import { disownedPatch, promotionPatch } from "./handed-back";

/** The field manager of what a release changes of a live object. */
const fieldManager = "sluice";

/**
 * Milliseconds until controllers and nodes know the new endpoints: ingress-nginx syncs at most every 3.3 s
 * (`--sync-rate-limit` 0.3), Traefik every 2 s (`providersThrottleDuration`), kube-proxy every second (`minSyncPeriod`).
 */
const heardMilliseconds = 10_000;

/** A live application that is handed back, with the stack as it is in force. */
export interface Adopted {
  readonly config: StackConfig;
  readonly application: Application;
  readonly plan: CanaryPlan;
  /** The stack's config as it is when users are led to the live workload alone. */
  readonly after: StackConfig;
  /** The version that serves everybody, if it isn't the live workload itself. */
  readonly promoted?: string;
}

/** The steps that move users to the live workload, which gets what they use now; each step is idempotent. */
export function stepsBack(api: Pick<ClusterApi, "objects">, adopted: Adopted): Step[] {
  const { application, config, plan, promoted } = adopted;
  const name = nameOf(application.workload);
  const withdraw: Step[] = plan.canary
    ? [
        {
          title: `Move users off ${plan.canary.version}`,
          run: async () => void (await sendPatches(api, withdrawPatches(config, plan))),
        },
      ]
    : [];
  const lead: Step = {
    title: `Move users to ${name}`,
    run: async ({ signal }) => {
      await sendPatches(api, trafficPatches(adopted.after, adopted.after.plan));
      await sleep(heardMilliseconds, undefined, { signal });
    },
  };
  if (promoted === undefined) return [...withdraw, lead];
  const successors = successorsOf(adopted, promoted);
  return [
    ...withdraw,
    { title: `Update ${name} to what ${promoted} runs`, run: (context) => handOver(api, adopted, promoted, context) },
    ...(successors.length > 0 ? [raiseStep(api.objects, successors)] : []),
    lead,
    { title: `Remove the pods of ${promoted}`, run: () => removeVersion(api, adopted, promoted) },
  ];
}

/** The steps that restore the live objects after the stack's own objects are removed. */
export function stepsAfter(api: Pick<ClusterApi, "objects">, adopted: Adopted): Step[] {
  const { application, promoted } = adopted;
  const successors = promoted === undefined ? [] : successorsOf(adopted, promoted);
  return [
    { title: "Release the fields of its Services", run: () => disown(api, application) },
    ...(successors.length > 0 ? [releaseStep(api.objects, successors, Date.now)] : []),
  ];
}

async function handOver(
  { objects }: Pick<ClusterApi, "objects">,
  { application, config }: Adopted,
  promoted: string,
  context: StepContext,
): Promise<string> {
  const version = config.versions[promoted];
  const reference = referenceOf(application.workload);
  const [live, serving] = await Promise.all([
    objects.get(reference),
    objects.get({ ...reference, name: deploymentOf(application, promoted) }),
  ]);
  if (!version || !live) throw new Error(`${describeObject(reference)} and the version ${promoted} are there`);
  const { replicas } = (serving?.["spec"] ?? {}) as { readonly replicas?: number };
  const patch = promotionPatch(application, version, live, replicas);
  if (patch) await objects.merge(reference, patch, { fieldManager });
  await waitForPods(objects, reference, context, secondsToReady(config.rollout));
  return patch ? "its pods are ready" : "it runs that already";
}

/** A destroy would leave them, as they serve users for as long as the stack is up. */
async function removeVersion(
  { objects }: Pick<ClusterApi, "objects">,
  { application, config }: Adopted,
  promoted: string,
): Promise<void> {
  const { deployment, autoscalers, budgets } = versionObjects(application, promoted, config.versions[promoted] ?? {});
  for (const object of [...autoscalers, deployment, ...budgets]) await objects.remove(referenceOf(object));
}

async function disown({ objects }: Pick<ClusterApi, "objects">, { services }: Application): Promise<void> {
  for (const reference of services.map(referenceOf)) {
    const live = await objects.get(reference);
    const patch = live && disownedPatch(live);
    if (patch) await objects.merge(reference, patch, { fieldManager });
  }
}

/** The live workload in the place of the version that serves, if autoscalers count their pods. */
function successorsOf({ application, config }: Adopted, promoted: string): Successor[] {
  const { workload, autoscalers } = application;
  const autoscaler = autoscalers.find(({ kind }) => kind === "HorizontalPodAutoscaler");
  const { minReplicas, maxReplicas } = config.versions[promoted]?.autoscaling ?? {};
  if (!autoscaler || minReplicas === undefined || maxReplicas === undefined) return [];
  return [
    {
      namespace: config.namespace,
      serving: deploymentOf(application, promoted),
      target: workload.metadata.name,
      autoscaler: autoscaler.metadata.name,
      minReplicas,
      maxReplicas,
    },
  ];
}

function deploymentOf(application: Application, version: string): string {
  return versionObjects(application, version, {}).deployment.metadata.name;
}
