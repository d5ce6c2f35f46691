import { clusterApi, type ClusterApi } from "../../cluster/api";
import type { StackPlace } from "../../rollout/store/leases";
import { UserError } from "../../progress/user-error";
import { namespaceOfRecords } from "../../rollout/store/record-objects";
import { RolloutRecords } from "../../rollout/store/records";
import type { Session } from "../session";

/** The place of a stack's rollout records. */
export interface StackRecords {
  readonly api: ClusterApi;
  readonly records: RolloutRecords;
  readonly at: StackPlace;
}

/**
 * Opens the records of a stack's rollouts; the cluster must be up. If the stack file can't be used, which names their
 * namespace, this looks for them in all namespaces.
 *
 * @throws what is wrong with the file, if there is none.
 */
export async function openRecords(session: Session): Promise<StackRecords> {
  const { stack } = session.file;
  const api = clusterApi(session.choice.cluster());
  const namespace = await namespaceOf(session, api);
  return { api, at: { stack, namespace }, records: new RolloutRecords(api, stack, namespace) };
}

async function namespaceOf(session: Session, api: ClusterApi): Promise<string> {
  try {
    return session.config().namespace;
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    const found = await namespaceOfRecords(api.core, session.file.stack);
    if (found === undefined) throw error;
    return found;
  }
}
