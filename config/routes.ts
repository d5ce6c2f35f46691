import { z } from "zod";
import { host, kubernetesName, oneOf, someOf, strictObject, text } from "./fields";
import { retries, timeouts } from "./routers";

/**
 * A path that both the API server and the controller take. The API server refuses `//`, `/./`, `/../` and an encoded
 * slash; ingress-nginx drops an Ingress with other characters in a path (`strict-validate-path-type`, on by default).
 *
 * @see internal/ingress/inspector/rules.go of ingress-nginx v1.15.1, `validPathType`
 */
export const path = text(
  /^\/[A-Za-z0-9._/-]*$/,
  "must be a path that starts with / and has only letters, digits and . _ - / in it: ingress-nginx drops any other",
).refine((text) => !/\/\/|\/\.\.?(\/|$)/.test(text), "must be a path without //, /./ and /../ in it");

/** How a path is compared. */
const pathType = oneOf("Exact", "Prefix", "ImplementationSpecific");

/** Further addresses of the same plan. */
const more = z.array(
  strictObject({
    /** The host; the stack's `host` by default. */
    host: host.optional(),
    path: path.default("/"),
    pathType: pathType.default("Prefix"),
  }),
  "must be a list of maps of host, path and pathType",
);

/** Which hosts are served by TLS (networking.k8s.io/v1 `IngressTLS`). */
const tls = z.array(
  strictObject({
    /** The Secret with `tls.crt` and `tls.key`, in the workload's namespace. */
    secretName: kubernetesName,
    /** The hosts that it is the certificate of. */
    hosts: someOf(host, "must be a list of hosts", "must name at least one host"),
  }),
  "must be a list of maps of secretName and hosts",
);

/** What stands before the names of ingress-nginx's annotations. */
export const annotationPrefix = "nginx.ingress.kubernetes.io/";

/** Annotations that come from keys of their own, by the key. */
const ownKeys: readonly (readonly [name: RegExp, key: string])[] = [
  [/^canary-weight-total$/, "sluice:weightTotal"],
  [/^canary-weight$/, "sluice:canaryWeight"],
  [/^canary-by-header/, "sluice:headerMatch"],
  [/^canary-by-cookie$/, "sluice:cookieMatch"],
  [/^canary$/, "sluice:canary"],
  [/^affinity-canary-behavior$/, "sluice:affinity.behavior"],
  [/^affinity$/, "sluice:affinity"],
  [/^session-cookie-name$/, "sluice:affinity.cookie"],
];

/** Annotations by their full names; those of a canary and of affinity come from the plan instead. */
const annotations = z
  .record(z.string(), z.string("must be a text"), "must be a map from annotations' names to texts")
  .superRefine((all, context) => {
    for (const name of Object.keys(all)) {
      const key =
        name.startsWith(annotationPrefix) &&
        ownKeys.find(([own]) => own.test(name.slice(annotationPrefix.length)))?.[1];
      if (key)
        context.addIssue({
          code: "custom",
          path: [name],
          input: all[name],
          message: `must be left out: it is set by ${key}, and ingress-nginx ignores it on the mainline in silence or lets it contradict the plan`,
        });
    }
  });

/** What there is to say of the routes beside `host` and `path`. */
export const route = strictObject({
  /** How `path` is compared (networking.k8s.io/v1 `pathType`); `Prefix` by default. */
  pathType: pathType.default("Prefix"),
  /** Further hosts and paths that the same plan holds for. */
  more: more.default([]),
  /** The hosts that are served by TLS, with the Secrets of their certificates. */
  tls: tls.default([]),
  /**
   * Further annotations of the mainline Ingress, which hold for the canary too. Those of ingress-nginx that its controller
   * does not read, or that take the traffic away from the plan, are refused.
   */
  annotations: annotations.default({}),
  /** How long requests may take, under routers gateway and istio. */
  timeouts: timeouts.optional(),
  /** How often a request is retried, under routers gateway and istio. */
  retries: retries.optional(),
  /** The host at which the idle color of a blue-green release is tried before the switch. */
  previewHost: host.optional(),
});
