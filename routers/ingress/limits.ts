import { addressProblems } from "../../config/contradictions/addresses";
import type { UnknownKeys } from "../../config/meaning";
import type { Problem } from "../../config/problems";
import type { Values } from "../../config/schema";
import { mixedVersions, unwiredCalls } from "../several-workloads";
import { annotationProblems } from "./annotation-problems";
import { droppedRules } from "./rule-characters";
import { droppedSnippets } from "./snippets";
import { traefikProblems } from "./traefik";

const inAnnotations =
  "sluice:route.annotations takes ingress-nginx's own: proxy-read-timeout, proxy-next-upstream-tries";

/** Settings that Ingresses and ingress-nginx's annotations can't express. */
export const unknownKeys: UnknownKeys = {
  clientMatch: "its rules can't see a client's address: only router istio's can",
  mirrorPercent: "ingress-nginx copies all requests or none, by its annotation mirror-target",
  "route.timeouts": inAnnotations,
  "route.retries": inAnnotations,
  service: null,
  "service.previewNodePort": "sluice:route.previewHost previews behind an Ingress",
  gateway: null,
  istio: null,
};

/** Settings that a controller of Ingresses would handle differently from the plan, or can't handle. */
export function problems(values: Values): Problem[] {
  return [
    ...unnamedController(values),
    ...traefikProblems(values),
    ...unwiredCalls(values),
    ...mixedVersions(values),
    ...addressProblems(values),
    ...droppedRules(values),
    ...annotationProblems(values),
    ...droppedSnippets(values),
  ];
}

/** There is no default controller: the choice decides who fixes its security holes. */
function unnamedController({ ingressController }: Values): Problem[] {
  if (ingressController) return [];
  const allowed =
    "must be set under router ingress: traefik, existing (a controller that the cluster has), or ingress-nginx, which is retired: no releases or security fixes since March 2026";
  return [{ key: "ingressController.kind", value: undefined, allowed }];
}
