import { sourceKey } from "../../config/from";
import type { Problem } from "../../config/problems";
import { nearestName } from "../../values/nearest-name";
import { annotationPrefix } from "../../config/routes";
import type { Values } from "../../config/schema";
import { nameOf } from "../../workloads/names";
import { annotationsOf } from "../../workloads/routes";
import { readByBoth, readByIngressNginx } from "./annotation-names";

const changesRequests = "changes which requests match, so that the plan would no longer say who is served";
const redirects = "sends all users elsewhere, so that no version serves them";

const isCanary = "makes the Ingress a canary already, and it can't have a second one";
const snippetUnderTraefik = "has Traefik skip the Ingress as a whole: its host would answer 404";

/** Annotations that contradict the plan, and how. */
const takesTraffic: Readonly<Record<string, string>> = {
  "use-regex": changesRequests,
  "rewrite-target": changesRequests,
  "server-alias": changesRequests,
  "permanent-redirect": redirects,
  "permanent-redirect-code": redirects,
  "temporal-redirect": redirects,
  "temporal-redirect-code": redirects,
  "ssl-passthrough": "passes encrypted connections to stable, whatever the rules and the weight",
};

/**
 * Annotations by which a controller would not do as planned: the stack's own, which it must read as well, and those of the
 * application's Ingresses, where one that nobody reads has always been ignored.
 */
export function annotationProblems(values: Values): Problem[] {
  const { route, application } = values;
  const stacks = nginxAnnotations(route.annotations).flatMap(([name, value]) => {
    const fault = faultOf(name, value, values);
    const allowed = fault === undefined ? whyUnread(name, values) : `must be left out: it ${fault}`;
    return allowed === undefined ? [] : [{ key: `route.annotations.${annotationPrefix}${name}`, value, allowed }];
  });
  const applications = (application?.routes ?? []).flatMap((ingress) =>
    nginxAnnotations(annotationsOf(ingress)).flatMap(([name, value]) => {
      const fault = name === "canary" && value === "true" ? isCanary : faultOf(name, value, values);
      const allowed = `must do without the annotation ${annotationPrefix}${name}: it ${fault}`;
      return fault === undefined ? [] : [{ key: sourceKey(values.from), value: nameOf(ingress), allowed }];
    }),
  );
  return [...stacks, ...applications];
}

/** The annotations of ingress-nginx among all, without their prefix. */
function nginxAnnotations(all: Readonly<Record<string, string>>): [name: string, value: string][] {
  return Object.entries(all).flatMap(([annotation, value]) =>
    annotation.startsWith(annotationPrefix) ? [[annotation.slice(annotationPrefix.length), value]] : [],
  );
}

/** How an annotation makes a controller deviate from the plan. */
function faultOf(name: string, value: string, { ingressController }: Values): string | undefined {
  const taken = takesTraffic[name];
  if (taken !== undefined) return value === "false" ? undefined : taken;
  return ingressController?.kind === "traefik" && name.endsWith("-snippet") ? snippetUnderTraefik : undefined;
}

function whyUnread(name: string, { ingressController }: Values): string | undefined {
  const isTraefik = ingressController?.kind === "traefik";
  const reads = isTraefik ? readByBoth : [...readByBoth, ...readByIngressNginx];
  if (reads.includes(name) || ingressController?.readsAnnotations?.includes(annotationPrefix + name)) return undefined;
  if (readByIngressNginx.includes(name)) return "must be left out: Traefik does not read it";
  const nearest = nearestName(name, reads);
  const hint = nearest === undefined ? "" : `: did you mean ${annotationPrefix}${nearest}?`;
  return `is not read by ${isTraefik ? "Traefik" : "ingress-nginx"}${hint}; if your controller reads it, name it in sluice:ingressController.readsAnnotations`;
}
