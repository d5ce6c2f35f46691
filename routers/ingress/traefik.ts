import type { Problem } from "../../config/problems";
import type { Values } from "../../config/schema";
import { wrongOnes } from "../../config/wrong";
import { isRefusedByGo } from "../../traffic/pattern";
import { isSetByProxies } from "../own-rules";

/**
 * Settings that Traefik, reading ingress-nginx's annotations, would handle differently from the plan.
 *
 * @see docs/traefik.md
 */
export function traefikProblems(values: Values): Problem[] {
  const { ingressController, headerMatch, affinity } = values;
  if (ingressController?.kind !== "traefik") return [];
  return wrongOnes(values, [
    [
      "headerMatch.pattern",
      headerMatch?.pattern !== undefined && isRefusedByGo(headerMatch.pattern),
      "must do without (?= and \\1 under Traefik, whose expressions don't have them: it would drop the rule",
    ],
    [
      "headerMatch.name",
      headerMatch && isSetByProxies(headerMatch.name),
      "must be a header that Traefik leaves as the client sent it: it keeps Host apart and sets this one itself",
    ],
    [
      "affinity.behavior",
      affinity?.behavior === "legacy",
      "must be sticky under Traefik, which keeps the canary's users with it whatever the annotation says",
    ],
  ]);
}
