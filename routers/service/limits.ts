import type { UnknownKeys } from "../../config/meaning";

const noAddress = "a Service answers whatever host and path";

/** What a Service, which does not look into requests, has no words for. */
export const unknownKeys: UnknownKeys = {
  path: noAddress,
  pathType: noAddress,
  routes: noAddress,
  tls: "a Service passes connections on as they are",
  ingressAnnotations: null,
  previewHost: "sluice:previewNodePort previews behind a Service",
  migration: "a Service has no routes to take along",
  timeouts: null,
  retries: null,
  gateway: null,
  istio: null,
  workloads: "a Service leads to one workload",
};
