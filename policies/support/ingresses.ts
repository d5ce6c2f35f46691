import type { Ingress } from "./manifests";
import { keyOf, namespaceOf, type KubernetesObject } from "./objects";

/** In front of the names of all annotations that ingress-nginx reads. */
export const prefix = "nginx.ingress.kubernetes.io/";

/** The value of one of ingress-nginx's annotations, by the name behind the prefix. */
export function annotationOf({ manifest }: KubernetesObject<Ingress>, name: string): string | undefined {
  return manifest.metadata?.annotations?.[prefix + name];
}

/** True where the controller takes the Ingress for a canary; the value is read by Go's `strconv.ParseBool`. */
export function isCanary(ingress: KubernetesObject<Ingress>): boolean {
  return ["1", "t", "T", "TRUE", "true", "True"].includes(annotationOf(ingress, "canary") ?? "");
}

/** True where some request can reach the canary: by a weight above 0, a header or a cookie. */
export function isReachable(ingress: KubernetesObject<Ingress>): boolean {
  const weight = Number(annotationOf(ingress, "canary-weight") ?? 0);
  return weight > 0 || ["canary-by-header", "canary-by-cookie"].some((name) => annotationOf(ingress, name));
}

/** One rule of an Ingress: where it holds, and which Service it leads to. */
export interface Rule {
  /** The Ingress's class, by which a controller chooses it. */
  readonly className: string;
  /** The host; empty for all hosts. */
  readonly host: string;
  readonly path: string;
  readonly pathType: string;
  /** The Service as `namespace/name`; nothing for another backend. */
  readonly service?: string;
}

/** An Ingress, read whole. */
export interface ReadIngress {
  readonly object: KubernetesObject<Ingress>;
  readonly key: string;
  /** Its class; empty where it has none. */
  readonly className: string;
  readonly isCanary: boolean;
  readonly rules: readonly Rule[];
  /** All Services that it leads to, the default backend's included. */
  readonly services: readonly string[];
}

/** Reads an Ingress's rules, with the values that ingress-nginx takes where there are none. */
export function readIngress(object: KubernetesObject<Ingress>): ReadIngress {
  const { spec } = object.manifest;
  const className =
    spec?.ingressClassName ?? object.manifest.metadata?.annotations?.["kubernetes.io/ingress.class"] ?? "";
  const namespace = namespaceOf(object);
  const serviceOf = (name: string | undefined) => (name === undefined ? undefined : `${namespace}/${name}`);
  const rules = [...(spec?.rules ?? [])].flatMap(({ host = "", http }) =>
    [...(http?.paths ?? [])].map(({ path, pathType, backend }) => ({
      className,
      host: host.toLowerCase(),
      path: path || "/",
      pathType: nginxPathType(pathType),
      service: serviceOf(backend?.service?.name),
    })),
  );
  const services = [...rules.map(({ service }) => service), serviceOf(spec?.defaultBackend?.service?.name)];
  return {
    object,
    key: keyOf(object),
    className,
    isCanary: isCanary(object),
    rules,
    services: [...new Set(services.filter((service) => service !== undefined))],
  };
}

/** ingress-nginx takes a missing and an implementation-specific type for a prefix (`SetDefaultNGINXPathType`). */
function nginxPathType(pathType: string | undefined): string {
  return pathType === undefined || pathType === "ImplementationSpecific" ? "Prefix" : pathType;
}

/** By what ingress-nginx knows a canary's rule to be the mainline's. The namespace isn't part of it. */
export function ruleKey({ className, host, path, pathType }: Rule): string {
  return [className, host, path, pathType].join(" ");
}

/** What messages call a rule: `www.test.com/ (Prefix)`. */
export function ruleTitle({ host, path, pathType }: Rule): string {
  return `${host || "any host"}${path} (${pathType})`;
}
