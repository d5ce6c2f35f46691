import type { CanaryTrial } from "../traffic/plan";

const prefix = "nginx.ingress.kubernetes.io";

/**
 * A trial as ingress-nginx's annotations on the canary Ingress.
 *
 * The weight is always there, 0 included, so that a shift changes one annotation and nothing else.
 *
 * @see https://kubernetes.github.io/ingress-nginx/user-guide/nginx-configuration/annotations/#canary
 */
export function canaryAnnotations({ weight, header, cookie }: CanaryTrial): Record<string, string> {
  return {
    [`${prefix}/canary`]: "true",
    [`${prefix}/canary-weight`]: String(weight),
    ...(header && { [`${prefix}/canary-by-header`]: header.name }),
    ...(header?.value !== undefined && { [`${prefix}/canary-by-header-value`]: header.value }),
    ...(header?.pattern !== undefined && { [`${prefix}/canary-by-header-pattern`]: header.pattern }),
    ...(cookie !== undefined && { [`${prefix}/canary-by-cookie`]: cookie }),
  };
}
