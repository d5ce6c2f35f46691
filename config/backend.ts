import type { Application, HttpRoute, Ingress } from "../kubernetes/application";

/** The port of every Service of the short form. */
export const servicePort = 80;

/** By what names controllers know what users reach. */
export interface Backend {
  /** The Ingress by which users come. */
  readonly ingress: string;
  /** The Service that it leads to. */
  readonly service: string;
  /** The same of the version on trial. */
  readonly canary: string;
  /** The Service's port, by its number or name, as the Ingress has it. */
  readonly port: number | string;
  /** The same by its number. */
  readonly portNumber: number;
}

/** The names of what users reach: the application's own where the stack releases one. */
export function backendOf({
  workload,
  application,
}: {
  readonly workload: string;
  readonly application?: Application;
}): Backend {
  const [first] = application?.services ?? [];
  if (!application || !first)
    return {
      ...{ ingress: workload, service: workload, canary: `${workload}-canary` },
      ...{ port: servicePort, portNumber: servicePort },
    };
  const names = application.services.map(({ metadata }) => metadata.name);
  const routed = [...application.routes.flatMap(ofIngress), ...application.httpRoutes.flatMap(ofHttpRoute)].find(
    ({ service }) => names.includes(service),
  );
  const { service, port } = routed ?? { service: first.metadata.name };
  const { spec } = application.services.find(({ metadata }) => metadata.name === service) ?? first;
  const known = spec.ports?.find((one) => one.port === port || one.name === port) ?? spec.ports?.[0];
  return {
    ingress: routed?.ingress ?? workload,
    service,
    canary: `${service}-canary`,
    port: port ?? known?.port ?? servicePort,
    portNumber: known?.port ?? servicePort,
  };
}

/** The backend of a route: a Service, and its port by number or name. */
interface Routed {
  readonly ingress?: string;
  readonly service: string;
  readonly port?: number | string;
}

function ofIngress({ metadata, spec }: Ingress): Routed[] {
  const paths = (spec.rules ?? []).flatMap(({ http }) => http?.paths ?? []);
  return paths.flatMap(({ backend: { service } }) => {
    if (!service) return [];
    const { number, name } = (service.port ?? {}) as { readonly number?: number; readonly name?: string };
    return [{ ingress: metadata.name, service: service.name, port: number ?? name }];
  });
}

function ofHttpRoute({ spec }: HttpRoute): Routed[] {
  const backends = (spec.rules ?? []).flatMap(({ backendRefs = [] }) => backendRefs);
  return backends.map(({ name, port }) => ({ service: name, port }));
}
