import type { StackConfig } from "../config";
import { describeRenamed } from "../config/renamed";

/**
 * Warns on stderr that a rollout may decide about the traffic, for a command that asks no cluster. A stack
 * without rollouts needs no warning.
 */
export function sayOffline({ rollout, renamed }: Pick<StackConfig, "rollout" | "renamed">): void {
  sayRenamed({ renamed });
  if (!rollout || rollout.driver === "flagger") return;
  process.stderr.write(
    "this is what the stack file says; a rollout may decide otherwise: sluice preview asks the cluster\n",
  );
}

/** Warns on stderr of keys by their old names, for a command that shows no preview, whose warnings tell it. */
export function sayRenamed({ renamed }: Pick<StackConfig, "renamed">): void {
  for (const one of renamed) process.stderr.write(`warning: ${describeRenamed(one)}\n`);
}
