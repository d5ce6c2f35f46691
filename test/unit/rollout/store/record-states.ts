import { begin } from "../../../../rollout/machine";
import type { RolloutState } from "../../../../rollout/state";
import { specOf } from "../world";

/** A rollout at its beginning. */
export const stateOf = (id: number, changes: Partial<RolloutState> = {}): RolloutState => ({
  ...begin(specOf(), id, 1000 * id),
  ...changes,
});

/** Where the record of a rollout of stack dev is kept. */
export const recordKey = (id: number) => `configmaps/demo/sluice-rollout-dev-${id}`;
