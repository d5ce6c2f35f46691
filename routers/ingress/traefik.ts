import type { Problem } from "../../config/problems";
import type { Values } from "../../config/schema";
import { isRefusedByGo } from "../../traffic/pattern";

/**
 * Settings that Traefik, reading ingress-nginx's annotations, would handle differently from the plan.
 *
 * @see docs/traefik.md
 */
export function traefikProblems(values: Values): Problem[] {
  const { ingressController, headerMatch, affinity } = values;
  if (ingressController?.kind !== "traefik") return [];
  const problems: Problem[] = [];
  if (headerMatch?.pattern !== undefined && isRefusedByGo(headerMatch.pattern))
    problems.push({
      key: "headerMatch.pattern",
      value: headerMatch.pattern,
      allowed: "must do without (?= and \\1 under Traefik, whose expressions don't have them: it would drop the rule",
    });
  if (headerMatch && /^(host|x-forwarded-.*|x-real-ip)$/i.test(headerMatch.name))
    problems.push({
      key: "headerMatch.name",
      value: headerMatch.name,
      allowed:
        "must be a header that Traefik leaves as the client sent it: it keeps Host apart and sets this one itself",
    });
  if (affinity?.behavior === "legacy")
    problems.push({
      key: "affinity.behavior",
      value: affinity.behavior,
      allowed: "must be sticky under Traefik, which keeps the canary's users with it whatever the annotation says",
    });
  return problems;
}
