import type { StackConfig } from "../config";
import { controllerService } from "../routers/controller-service";
import type { TrafficValues } from "../record/traffic-values";

/** The pull request of a review stack. */
export interface ReviewRequest {
  /** The pull request's number. */
  readonly pullRequest: number;
  /** The domain below which review hosts live; below the template's own hosts if it is left out. */
  readonly hostSuffix?: string;
}

/** The name of a pull request's stack, of its namespace and of its hosts' first label. */
export function reviewName({ pullRequest }: ReviewRequest): string {
  return `pr-${pullRequest}`;
}

/**
 * What a stack's file has otherwise where it serves a review, by the key's path: hosts and a namespace of its own, the controller and the
 * addresses of the cluster it is a guest on.
 *
 * Certificates are left out, as their Secrets live in the template's namespace; so are node ports, which are taken.
 */
export function reviewValues(template: StackConfig, request: ReviewRequest): TrafficValues {
  const name = reviewName(request);
  const { ingressController, plan, host } = template;
  const routes = "routes" in plan ? plan.routes : [];
  const hosts = [...new Set([...(host === undefined ? [] : [host]), ...routes.map((route) => route.host)])];
  const moved = new Map(hosts.map((one, index) => [one, reviewHost(one, index, request)]));
  const [first, ...others] = routes;
  const preview = "preview" in plan ? plan.preview?.host : undefined;
  const service = controllerService(template);
  const controller = ingressController && {
    kind: "existing",
    className: ingressController.className,
    ...(service && { service: `${service.namespace}/${service.name}` }),
  };
  return {
    environment: "development",
    host: moved.get(first?.host ?? host ?? "") ?? null,
    "route.more":
      others.length > 0 ? others.map(({ host, path, pathType }) => ({ host: moved.get(host), path, pathType })) : null,
    "route.previewHost": preview === undefined ? null : reviewHost(preview, hosts.length, request),
    "route.tls": null,
    namespace: name,
    "service.nodePort": null,
    "service.previewNodePort": null,
    metallb: null,
    ingressController: controller ?? null,
  };
}

function reviewHost(host: string, index: number, request: ReviewRequest): string {
  const name = reviewName(request);
  const [wildcard, rest] = host.startsWith("*.") ? ["*.", host.slice(2)] : ["", host];
  if (request.hostSuffix === undefined) return `${wildcard}${name}.${rest}`;
  return `${wildcard}${name}${index === 0 ? "" : `-${index + 1}`}.${request.hostSuffix}`;
}
