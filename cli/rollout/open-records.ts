import { clusterApi, type ClusterApi } from "../../cluster/api";
import { RolloutRecords } from "../../rollout/store/records";
import type { Session } from "../session";

/** Where a stack's rollouts are kept. */
export interface StackRecords {
  readonly api: ClusterApi;
  readonly records: RolloutRecords;
  readonly namespace: string;
}

/** Opens the records of a stack's rollouts; the cluster must be up. */
export function openRecords(session: Session): StackRecords {
  const { namespace } = session.config();
  const api = clusterApi(session.choice.cluster());
  return { api, namespace, records: new RolloutRecords(api, session.file.stack, namespace) };
}
