import type { CoreV1Api } from "@kubernetes/client-node";
import { newName } from "../config/renamed";
import type { TrafficValues } from "./traffic-values";
import { rolloutSelector } from "./labels";
import type { RolloutTraffic } from "./traffic";

/** The key of a rollout's ConfigMap that holds its traffic. */
export const trafficKey = "traffic";

/** The key of a rollout's ConfigMap that says that the stack's file has its result. */
export const settledKey = "settled";

/** What reads ConfigMaps. */
export type RecordReader = Pick<CoreV1Api, "listNamespacedConfigMap">;

/** What the last rollout of a stack says of its traffic; nothing if there was none. */
export async function readRolloutTraffic(
  core: RecordReader,
  stack: string,
  namespace: string,
): Promise<RolloutTraffic | undefined> {
  const labelSelector = rolloutSelector(stack);
  const { items } = await core.listNamespacedConfigMap({ namespace, labelSelector });
  const all = items.flatMap(({ data = {} }) => {
    const { [trafficKey]: traffic, [settledKey]: settled } = data;
    if (traffic === undefined) return [];
    const read = JSON.parse(traffic) as RolloutTraffic;
    const said = { values: withNewNames(read.values), before: withNewNames(read.before) };
    return [{ ...read, ...said, ...(settled !== undefined && { isSettled: true }) }];
  });
  return all.sort((left, right) => right.id - left.id)[0];
}

/** A record may be of the release before. */
function withNewNames(values: TrafficValues): TrafficValues {
  return Object.fromEntries(Object.entries(values).map(([path, value]) => [newName(path), value]));
}
