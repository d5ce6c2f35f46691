import type { UnknownKeys } from "../../config/meaning";

const noAddress = "a Service answers every host and path";

/** What a Service, which does not look into requests, has no words for. */
export const unknownKeys: UnknownKeys = {
  path: noAddress,
  route: noAddress,
  "route.tls": "a Service passes connections on as they are",
  "route.annotations": null,
  "route.timeouts": null,
  "route.retries": null,
  "route.previewHost": "sluice:service.previewNodePort previews behind a Service",
  migration: "a Service has no routes to move along",
  gateway: null,
  istio: null,
  workloads: "a Service routes to one workload",
};
