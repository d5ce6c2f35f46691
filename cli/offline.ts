import type { StackConfig } from "../config";
import { describeRenamed } from "../config/renamed";

/**
 * Says on stderr, for a command that asks no cluster, that a rollout may have decided about the traffic meanwhile; a stack
 * without rollouts has none.
 */
export function sayOffline({ rollout, renamed }: Pick<StackConfig, "rollout" | "renamed">): void {
  sayRenamed({ renamed });
  if (!rollout || rollout.driver === "flagger") return;
  process.stderr.write(
    "this is what the stack's file says: no cluster was asked if a rollout decides about the traffic; sluice preview asks\n",
  );
}

/** Warns on stderr of keys by their old names, for a command that shows no preview, whose warnings tell it. */
export function sayRenamed({ renamed }: Pick<StackConfig, "renamed">): void {
  for (const one of renamed) process.stderr.write(`warning: ${describeRenamed(one)}\n`);
}
