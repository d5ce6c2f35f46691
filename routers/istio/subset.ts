/** A version of a workload as a mesh knows it. */
export interface SubsetArgs<Namespace> {
  readonly workload: string;
  readonly version: string;
  readonly namespace: Namespace;
  /** The cookie that keeps users with a version. */
  readonly stickyCookie?: string;
}

/**
 * A version as a subset of its workload's Service. Each has a DestinationRule of its own, which Istio joins: one of them
 * for all would lose a version before the routes to it are gone, as it has to be there before the routes.
 *
 * @see https://istio.io/latest/docs/ops/best-practices/traffic-management/#split-virtual-services
 */
export function subsetRule<Namespace>({ workload, version, namespace, stickyCookie }: SubsetArgs<Namespace>) {
  const name = `${workload}-${version}`;
  // Users stay with a pod, too, while their cookie lasts, which is as long as the browser runs.
  const httpCookie = { name: `${stickyCookie}-pod`, path: "/", ttl: "0s" };
  const trafficPolicy = { loadBalancer: { consistentHash: { httpCookie } } };
  const subset = { name: version, labels: { version }, ...(stickyCookie !== undefined && { trafficPolicy }) };
  return {
    apiVersion: "networking.istio.io/v1",
    kind: "DestinationRule",
    metadata: { name, namespace, labels: { app: workload, version } },
    spec: { host: workload, subsets: [subset] },
  };
}
