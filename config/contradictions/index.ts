import type { Problem } from "../problems";
import type { Values } from "../schema";
import { poolProblems } from "./addresses";
import { blueGreenProblems } from "./blue-green";
import { canaryProblems } from "./canary";
import { flaggerProblems } from "./flagger";
import { nameProblems } from "./names";
import { replicaRatioProblems } from "./replica-ratio";
import { rolloutProblems } from "./rollout";
import { workloadProblems } from "./workloads";

const byStrategy = { canary: canaryProblems, blueGreen: blueGreenProblems, replicaRatio: replicaRatioProblems };

/**
 * What no single key can tell: keys that contradict each other, whatever the router. Keys without a meaning are out of the
 * way already.
 */
export function contradictions(values: Values): Problem[] {
  const every = [
    byStrategy[values.strategy],
    nameProblems,
    poolProblems,
    workloadProblems,
    rolloutProblems,
    flaggerProblems,
  ];
  return every.flatMap((problemsOf) => problemsOf(values));
}
