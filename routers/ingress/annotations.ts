import type { Affinity, CanaryTrial } from "../../traffic/plan";

const prefix = "nginx.ingress.kubernetes.io";

/** What the controller takes `canary-weight` for a part of where no other total is given. */
const defaultTotal = 100;

/**
 * A trial as ingress-nginx's annotations on the canary Ingress.
 *
 * The weight is always there, 0 included, so that a shift changes one annotation and nothing else.
 *
 * @see https://kubernetes.github.io/ingress-nginx/user-guide/nginx-configuration/annotations/#canary
 */
export function canaryAnnotations(
  { weight, weightTotal, header, cookie }: CanaryTrial,
  affinity?: Affinity,
): Record<string, string> {
  return {
    [`${prefix}/canary`]: "true",
    [`${prefix}/canary-weight`]: String(weight),
    ...(weightTotal !== defaultTotal && { [`${prefix}/canary-weight-total`]: String(weightTotal) }),
    ...(header && { [`${prefix}/canary-by-header`]: header.name }),
    ...(header?.value !== undefined && { [`${prefix}/canary-by-header-value`]: header.value }),
    ...(header?.pattern !== undefined && { [`${prefix}/canary-by-header-pattern`]: header.pattern }),
    ...(cookie !== undefined && { [`${prefix}/canary-by-cookie`]: cookie }),
    ...(affinity && { [`${prefix}/affinity-canary-behavior`]: affinity.behavior }),
  };
}

/**
 * Stickiness as annotations on the mainline Ingress; the canary takes it over from there unless its behavior is legacy.
 *
 * @see https://kubernetes.github.io/ingress-nginx/user-guide/nginx-configuration/annotations/#session-affinity
 */
export function affinityAnnotations({ cookie }: Affinity): Record<string, string> {
  return { [`${prefix}/affinity`]: "cookie", [`${prefix}/session-cookie-name`]: cookie };
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
].map((name) => `${prefix}/${name}`);

/** The annotations of a canary as a merge patch: those that it may have and does not have are taken out. */
export function withoutOthers(said: Readonly<Record<string, string>>): Record<string, string | null> {
  return Object.fromEntries(ofCanary.map((name) => [name, said[name] ?? null]));
}
