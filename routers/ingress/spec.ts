import { servicePort } from "../../config/backend";
import type { Route } from "../../traffic/plan";

/** The inputs of an Ingress's spec. */
export interface IngressSpecArgs<Name> {
  /** The addresses that it answers for. */
  readonly routes: readonly Route[];
  /** The Service that all of them lead to. */
  readonly service: string;
  /** The Service's port; 80 by default. */
  readonly port?: number | string;
  /** The IngressClass of the controller that reads it. */
  readonly className: Name;
  /** The Secrets of certificates, with the hosts that they are for; those of other hosts are left out. */
  readonly tls: readonly { readonly secretName: string; readonly hosts: readonly string[] }[];
}

/** The spec of an Ingress that leads some addresses to one Service: a rule for each host. */
export function ingressSpec<Name>({ routes, service, port = servicePort, className, tls }: IngressSpecArgs<Name>) {
  const backend = { service: { name: service, port: typeof port === "number" ? { number: port } : { name: port } } };
  const hosts = [...new Set(routes.map(({ host }) => host))];
  const rules = hosts.map((host) => ({
    host,
    http: {
      paths: routes.filter((route) => route.host === host).map(({ path, pathType }) => ({ path, pathType, backend })),
    },
  }));
  const secured = tls
    .map(({ secretName, hosts: all }) => ({ secretName, hosts: all.filter((host) => hosts.includes(host)) }))
    .filter((entry) => entry.hosts.length > 0);
  return { ingressClassName: className, rules, ...(secured.length > 0 && { tls: secured }) };
}
