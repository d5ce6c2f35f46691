import type { Resource } from "./check";

/** What the engine puts in the place of a text that is not known before the update. */
export const unknown = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

/** Where an object is, and what hangs on it. */
export interface Place {
  readonly name?: string;
  readonly namespace?: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
}

/** Any Kubernetes object, in the namespace `demo` unless it says otherwise. */
export function object(
  apiVersion: string,
  kind: string,
  { name = "nginx", namespace = "demo", labels, annotations }: Place,
  fields: object = {},
): Resource {
  const group = apiVersion.includes("/") ? apiVersion : `core/${apiVersion}`;
  const metadata = { name, namespace, ...(labels && { labels }), ...(annotations && { annotations }) };
  return { type: `kubernetes:${group}:${kind}`, name, props: { apiVersion, kind, metadata, ...fields } };
}

/** An Ingress with one rule, or with those named. */
export interface IngressParts extends Place {
  readonly className?: string;
  readonly host?: string;
  readonly path?: string;
  readonly pathType?: string;
  /** The Service of each path. */
  readonly service?: string;
  /** Instead of the one rule. */
  readonly rules?: readonly object[];
  readonly tls?: readonly object[];
}

/** `www.test.com/` leads to the Service `nginx-v1`, unless it says otherwise. */
export function ingress({ className = "nginx", tls, ...parts }: IngressParts = {}): Resource {
  const spec = { ingressClassName: className, rules: parts.rules ?? [rule(parts)], ...(tls && { tls }) };
  return object("networking.k8s.io/v1", "Ingress", parts, { spec });
}

/** One rule of an Ingress, with one path. */
export function rule({
  host = "www.test.com",
  path = "/",
  pathType = "Prefix",
  service = "nginx-v1",
}: Pick<IngressParts, "host" | "path" | "pathType" | "service"> = {}): object {
  const backend = { service: { name: service, port: { number: 80 } } };
  return { host, http: { paths: [{ path, pathType, backend }] } };
}

/**
 * The canary of {@link ingress}, which leads to `nginx-canary`.
 *
 * @param parts its annotations by their names behind ingress-nginx's prefix, beside `canary` and a weight of 10.
 */
export function canaryIngress({ annotations, ...parts }: IngressParts = {}): Resource {
  return ingress({
    name: "nginx-canary",
    service: "nginx-canary",
    annotations: annotate({ canary: "true", "canary-weight": "10", ...annotations }),
    ...parts,
  });
}

/** Annotations by their names behind ingress-nginx's prefix. */
export function annotate(annotations: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(annotations).map(([name, value]) => [`nginx.ingress.kubernetes.io/${name}`, value]),
  );
}

/** A Service for the pods of version v1, unless it says otherwise. */
export function service({
  type = "ClusterIP",
  selector = versionLabels("v1"),
  ...place
}: Place & { readonly type?: string; readonly selector?: Readonly<Record<string, string>> } = {}): Resource {
  return object("v1", "Service", { name: "nginx-v1", ...place }, { spec: { type, selector, ports: [{ port: 80 }] } });
}

/** The labels that Sluice gives the pods of a version. */
export function versionLabels(version: string): Record<string, string> {
  return { app: "nginx", version };
}

/** Pods, and what keeps them. */
export interface PodsParts extends Omit<Place, "labels"> {
  /** The pods' labels. */
  readonly labels?: Readonly<Record<string, string>>;
  readonly replicas?: number | string;
  /** Fields of the one container, over those of a good one. */
  readonly container?: object;
  /** Fields of the pods, over those of good ones. */
  readonly pod?: object;
}

/** A container that every policy lets pass. */
export const goodContainer = {
  name: "app",
  image: `openresty/openresty:1.27.1.1-0-bookworm-fat@sha256:${"0a".repeat(32)}`,
  readinessProbe: { httpGet: { path: "/", port: "http" } },
  livenessProbe: { httpGet: { path: "/", port: "http" } },
  resources: { requests: { cpu: "20m", memory: "32Mi" }, limits: { memory: "128Mi" } },
  securityContext: { allowPrivilegeEscalation: false, capabilities: { drop: ["ALL"] } },
};

/** A Deployment of version v1 with two good pods, unless it says otherwise. */
export function deployment({ replicas = 2, ...parts }: PodsParts = {}): Resource {
  return object(
    "apps/v1",
    "Deployment",
    { name: parts.name ?? "nginx-v1", namespace: parts.namespace },
    {
      spec: { replicas, template: template(parts) },
    },
  );
}

/** The pod template of {@link deployment}, for other kinds. */
export function template({ labels = versionLabels("v1"), container, pod }: PodsParts = {}): object {
  return {
    metadata: { labels },
    spec: {
      securityContext: { runAsNonRoot: true, runAsUser: 101 },
      containers: [{ ...goodContainer, ...container }],
      ...pod,
    },
  };
}

/** An autoscaler of a Deployment. */
export function autoscaler(target: string, minReplicas?: number): Resource {
  const scaleTargetRef = { apiVersion: "apps/v1", kind: "Deployment", name: target };
  return object(
    "autoscaling/v2",
    "HorizontalPodAutoscaler",
    { name: target },
    {
      spec: { scaleTargetRef, maxReplicas: 10, ...(minReplicas !== undefined && { minReplicas }) },
    },
  );
}

/** A disruption budget for the pods that a selector matches. */
export function budget(selector: object | undefined, place: Place = {}): Resource {
  return object(
    "policy/v1",
    "PodDisruptionBudget",
    { name: "nginx-v1", ...place },
    {
      spec: { minAvailable: 1, ...(selector && { selector }) },
    },
  );
}

/** The resource without some of its fields, named by their paths. */
export function without(resource: Resource, ...paths: readonly string[]): Resource {
  const props = structuredClone(resource.props) as Record<string, unknown>;
  for (const path of paths) {
    const keys = path.split(".");
    const last = keys.pop() ?? "";
    const parent = keys.reduce<Record<string, unknown>>((at, key) => at[key] as Record<string, unknown>, props);
    if (!(last in parent)) throw new Error(`${resource.name} has no ${path} to leave out`);
    delete parent[last];
  }
  return { ...resource, props };
}
