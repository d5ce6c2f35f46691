import type { StackConfig } from "../config";

/**
 * Says on stderr, for a command that asks no cluster, that a rollout may have decided about the traffic meanwhile; a stack
 * without rollouts has none.
 */
export function sayOffline({ rollout }: Pick<StackConfig, "rollout">): void {
  if (!rollout || rollout.driver === "flagger") return;
  process.stderr.write(
    "this is what the stack's file says: no cluster was asked if a rollout decides about the traffic; sluice preview asks\n",
  );
}
