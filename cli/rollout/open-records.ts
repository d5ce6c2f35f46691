import { clusterApi, type ClusterApi } from "../../cluster/api";
import type { StackPlace } from "../../rollout/store/leases";
import { RolloutRecords } from "../../rollout/store/records";
import type { Session } from "../session";

/** Where a stack's rollouts are kept. */
export interface StackRecords {
  readonly api: ClusterApi;
  readonly records: RolloutRecords;
  readonly at: StackPlace;
}

/** Opens the records of a stack's rollouts; the cluster must be up. */
export function openRecords(session: Session): StackRecords {
  const { namespace } = session.config();
  const { stack } = session.file;
  const api = clusterApi(session.choice.cluster());
  return { api, at: { stack, namespace }, records: new RolloutRecords(api, stack, namespace) };
}
