import { annotationPrefix } from "../../config/routes";
import { keepsCanaryUsers, type CanaryPlan, type CanaryTrial } from "../../traffic/plan";

/** What the controller takes `canary-weight` for a part of if no other total is given. */
const defaultTotal = 100;

/**
 * A trial as ingress-nginx's annotations on the canary Ingress.
 *
 * The weight is always there, 0 included, so that a shift changes one annotation and nothing else.
 *
 * Once the canary gets no requests any more, `legacy` returns users with its cookie to stable: the canary has no part in the
 * affinity then, they are decided by the weight of 0, and stable gives them its own cookie. It is part of the same patch as
 * the weight, and needs no reload (`IsDynamicConfigurationEnough` leaves backends out). The canary's Service could select
 * stable's pods instead; but that is a second event, for which ingress-nginx may wait 3 s (`--sync-rate-limit` 0.3), and the
 * cookies would still name the canary's backend, so that the next canary got these users at once, whatever its weight.
 * Traefik does not read the annotation: it leaves a service of weight 0 out of those that a cookie may name.
 *
 * @see `mergeAlternativeBackend` in internal/ingress/controller/controller.go of ingress-nginx v1.11.0, `Add` in
 * pkg/server/service/loadbalancer/wrr/wrr.go of Traefik v3.7.6
 *
 * @see https://kubernetes.github.io/ingress-nginx/user-guide/nginx-configuration/annotations/#canary
 */
export function canaryAnnotations(plan: CanaryPlan, canary: CanaryTrial): Record<string, string> {
  const { weight, weightTotal, header, cookie } = canary;
  return {
    [`${annotationPrefix}canary`]: "true",
    [`${annotationPrefix}canary-weight`]: String(weight),
    ...(weightTotal !== defaultTotal && { [`${annotationPrefix}canary-weight-total`]: String(weightTotal) }),
    ...(header && { [`${annotationPrefix}canary-by-header`]: header.name }),
    ...(header?.value !== undefined && { [`${annotationPrefix}canary-by-header-value`]: header.value }),
    ...(header?.pattern !== undefined && { [`${annotationPrefix}canary-by-header-pattern`]: header.pattern }),
    ...(cookie !== undefined && { [`${annotationPrefix}canary-by-cookie`]: cookie }),
    ...(plan.affinity && {
      [`${annotationPrefix}affinity-canary-behavior`]: keepsCanaryUsers(plan) ? "sticky" : "legacy",
    }),
  };
}

/**
 * Stickiness as annotations on the mainline Ingress; the canary takes it over from there unless its behavior is legacy.
 *
 * The cookie's path is the location's by default, so that a user whose version was drawn at one path would be drawn for
 * again at the next one.
 *
 * @see https://kubernetes.github.io/ingress-nginx/user-guide/nginx-configuration/annotations/#session-affinity, and
 * `set_cookie` in rootfs/etc/nginx/lua/balancer/sticky.lua of v1.15.1
 */
export function affinityAnnotations({ affinity, routes }: CanaryPlan): Record<string, string> {
  if (!affinity) return {};
  return {
    [`${annotationPrefix}affinity`]: "cookie",
    [`${annotationPrefix}session-cookie-name`]: affinity.cookie,
    ...(routes.some(({ path }) => path !== "/") && { [`${annotationPrefix}session-cookie-path`]: "/" }),
  };
}

const ofBackend = [
  "load-balance",
  "service-upstream",
  "upstream-hash-by",
  "upstream-hash-by-subset",
  "upstream-hash-by-subset-size",
].map((name) => `${annotationPrefix}${name}`);

/**
 * What of the mainline's annotations a canary needs itself: they say how requests are spread over the pods of one Service,
 * and ingress-nginx reads them of the Ingress that leads there. All others it takes from the mainline.
 *
 * @see `createUpstreams` in internal/ingress/controller/controller.go of v1.11.0
 */
export function backendAnnotations(all: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(all).filter(([name]) => ofBackend.includes(name)));
}

const ofCanary = [
  "canary",
  "canary-weight",
  "canary-weight-total",
  "canary-by-header",
  "canary-by-header-value",
  "canary-by-header-pattern",
  "canary-by-cookie",
  "affinity-canary-behavior",
].map((name) => `${annotationPrefix}${name}`);

/** The annotations of a canary as a merge patch: those that it may have and does not have are taken out. */
export function withoutOthers(said: Readonly<Record<string, string>>): Record<string, string | null> {
  return Object.fromEntries(ofCanary.map((name) => [name, said[name] ?? null]));
}
