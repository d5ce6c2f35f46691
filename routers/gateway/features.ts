import { isMap } from "../../values/is-map";
import type { Problem } from "../../config/problems";
import type { ClusterObject } from "../router";

interface Rule {
  readonly matches?: readonly { readonly method?: string }[];
  readonly filters?: readonly { readonly type: string; readonly requestMirror?: { readonly percent?: number } }[];
  readonly timeouts?: { readonly request?: string; readonly backendRequest?: string };
}

/** A feature that a plan needs beyond Gateway API's core, and the key that needs it. */
interface Need {
  readonly feature: string;
  readonly key: string;
}

/**
 * What the routes need beyond the core of Gateway API and the implementation does not have.
 *
 * @param features what the class says that it supports.
 */
export function findUnsupported(
  routes: readonly ClusterObject[],
  className: string,
  features: readonly string[],
): Problem[] {
  const needs = routes
    .filter(isSluices)
    .flatMap((route) => ((route["spec"] as { readonly rules?: readonly Rule[] }).rules ?? []).flatMap(needsOf));
  const missing = needs.filter(({ feature }) => !features.includes(feature));
  const first = missing.filter(({ feature }, index) => missing.findIndex((one) => one.feature === feature) === index);
  return first.map(({ feature, key }) => ({
    key,
    value: feature,
    allowed: `must be left out: the GatewayClass ${className} does not support ${feature} (status.supportedFeatures)`,
  }));
}

/** The features of an application's own HTTPRoutes are up to its team. */
function isSluices({ metadata }: ClusterObject): boolean {
  return isMap(metadata["annotations"]) && metadata["annotations"]["pulumi.com/waitFor"] !== undefined;
}

function needsOf({ matches = [], filters = [], timeouts }: Rule): Need[] {
  const mirror = filters.find(({ type }) => type === "RequestMirror");
  return [
    ...(matches.some(({ method }) => method !== undefined)
      ? [{ feature: "HTTPRouteMethodMatching", key: "canary" }]
      : []),
    ...(mirror ? [{ feature: "HTTPRouteRequestMirror", key: "mirrorPercent" }] : []),
    ...(mirror?.requestMirror?.percent === undefined
      ? []
      : [{ feature: "HTTPRouteRequestPercentageMirror", key: "mirrorPercent" }]),
    ...(timeouts?.request === undefined ? [] : [{ feature: "HTTPRouteRequestTimeout", key: "route.timeouts.request" }]),
    ...(timeouts?.backendRequest === undefined
      ? []
      : [{ feature: "HTTPRouteBackendTimeout", key: "route.timeouts.backend" }]),
    ...(filters.some(({ type }) => type === "RequestRedirect")
      ? ["HTTPRouteSchemeRedirect", "HTTPRoute308RedirectStatusCode"].map((feature) => ({ feature, key: "route.tls" }))
      : []),
  ];
}

/**
 * The features that Traefik 3.7.6 reports, as far as a plan may need them: for the first preview of a stack that installs it, while
 * there is no GatewayClass to read.
 *
 * @see pkg/provider/kubernetes/gateway/features.go of v3.7.6
 */
export const traefikFeatures = ["HTTPRouteMethodMatching", "HTTPRouteSchemeRedirect", "HTTPRoute308RedirectStatusCode"];
