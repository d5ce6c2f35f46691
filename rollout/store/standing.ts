import type { ClusterApi } from "../../cluster/api";
import { StackLease } from "./lease";
import type { StackPlace } from "./leases";

/** Who drives a stack's rollouts; nothing where nobody does. */
export async function driverOf({
  api,
  at,
}: {
  readonly api: Pick<ClusterApi, "coordination" | "connection">;
  readonly at: StackPlace;
}): Promise<string | undefined> {
  const holder = await StackLease.holder(api, at);
  return holder?.isAlive && holder.doing === "rollout" ? holder.who : undefined;
}
