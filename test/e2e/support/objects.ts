import { kubectl } from "./lab";

/** The Service that each Ingress of a namespace leads to, by the Ingress's name. */
export async function ingressesOf(namespace: string): Promise<Record<string, string>> {
  const { items } = JSON.parse(await kubectl("get", "ingress", "-n", namespace, "-o", "json")) as {
    items: {
      metadata: { name: string };
      spec: { rules: { http: { paths: { backend: { service: { name: string } } }[] } }[] };
    }[];
  };
  return Object.fromEntries(
    items.map(({ metadata, spec }) => {
      const services = spec.rules.flatMap(({ http }) => http.paths.map(({ backend }) => backend.service.name));
      return [metadata.name, [...new Set(services)].join()];
    }),
  );
}

/** The image and the number of ready pods of each Deployment of a namespace, by the Deployment's name. */
export async function deploymentsOf(
  namespace: string,
): Promise<Record<string, readonly [image: string, pods: number]>> {
  const { items } = JSON.parse(await kubectl("get", "deployments", "-n", namespace, "-o", "json")) as {
    items: {
      metadata: { name: string };
      spec: { template: { spec: { containers: { image: string }[] } } };
      status: { readyReplicas?: number };
    }[];
  };
  return Object.fromEntries(
    items.map(({ metadata, spec, status }) => {
      const images = spec.template.spec.containers.map(({ image }) => image);
      return [metadata.name, [images.join(), status.readyReplicas ?? 0] as const];
    }),
  );
}
