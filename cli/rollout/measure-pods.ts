import { setTimeout as sleep } from "node:timers/promises";
import type { ClusterApi } from "../../cluster/api";
import type { StackConfig } from "../../config";
import type { CheckResult } from "../../rollout/check";
import type { Updated } from "../../rollout/ports";
import type { ReplicaRatioPlan } from "../../traffic/plan";
import { settleSeconds } from "../verify-split";
import { isReady } from "../../preflight/pod-status";
import { podsOf } from "./version-pods";

/** Counts the ready pods of each version, where no request can tell who serves, until they are as planned or half a minute is over. */
export async function measurePods(
  api: Pick<ClusterApi, "core">,
  config: StackConfig,
  plan: ReplicaRatioPlan,
  signal: AbortSignal,
): Promise<Updated> {
  const deadline = Date.now() + settleSeconds * 1000;
  for (;;) {
    const check = await countPods(api, config, plan);
    const asPlanned = check.verdict === "passed";
    if (asPlanned || Date.now() > deadline) return { asPlanned, checks: [check] };
    await sleep(1000, undefined, { signal });
  }
}

async function countPods(
  api: Pick<ClusterApi, "core">,
  config: StackConfig,
  { stable, canary }: ReplicaRatioPlan,
): Promise<CheckResult> {
  const planned = new Map(
    [canary, stable].flatMap((track) => (track ? [[track.version, track.replicas] as const] : [])),
  );
  const counted = await Promise.all(
    Object.keys(config.versions).map(async (version) => {
      const ready = (await podsOf(api, config, version)).filter(isReady).length;
      return { version, ready, planned: planned.get(version) ?? 0 };
    }),
  );
  const isAsPlanned = counted.every((one) => one.ready === one.planned);
  const shown = counted.filter((one) => one.ready + one.planned > 0);
  const pods = shown.map((one) => `${one.ready} of ${one.version}${isAsPlanned ? "" : ` (planned ${one.planned})`}`);
  return {
    name: "pods",
    kind: "pods",
    verdict: isAsPlanned ? "passed" : "failed",
    message: `${isAsPlanned ? "pods are ready as planned" : "pods are not ready as planned"}: ${pods.join(", ")}`,
  };
}
