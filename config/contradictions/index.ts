import { routerOf } from "../meaning";
import type { Problem } from "../problems";
import type { Values } from "../schema";
import { addressProblems } from "./addresses";
import { blueGreenProblems } from "./blue-green";
import { canaryProblems } from "./canary";
import { flaggerProblems } from "./flagger";
import { unusableNames } from "./names";
import { portProblems } from "./ports";
import { replicaRatioProblems } from "./replica-ratio";
import { rolloutProblems } from "./rollout";
import { traefikProblems } from "./traefik";

const byStrategy = { canary: canaryProblems, blueGreen: blueGreenProblems, replicaRatio: replicaRatioProblems };

/** What no single key can tell: keys that contradict each other. Keys without a meaning are out of the way already. */
export function contradictions(values: Values): Problem[] {
  return [
    ...byStrategy[values.strategy](values),
    ...unusableNames(values),
    ...traefikProblems(values),
    ...rolloutProblems(values),
    ...flaggerProblems(values),
    ...(routerOf(values) === "ingress" ? addressProblems(values) : portProblems(values)),
  ];
}
