import type { Situation } from "../../../rollout/hooks";

/** A rollout in its second step. */
export const situation: Situation = {
  stack: "dev",
  workload: "nginx",
  namespace: "web",
  phase: "Progressing",
  canary: "v2",
  stable: "v1",
  weight: 30,
  checksum: "6b86b273",
};
