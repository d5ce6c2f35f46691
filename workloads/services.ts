import type { LiveWorkload, Service } from "../kubernetes/application";
import { partedLabels } from "./live";
import { versionLabel } from "./names";

/** A Service narrowed to the pods of one version; everything else of it stays. */
export function narrowed(service: Service, version: string): Service {
  return { ...service, spec: { ...service.spec, selector: selectorFor(service, version) } };
}

/** The selector of a Service for one version's pods. */
export function selectorFor({ spec }: Service, version: string, live?: LiveWorkload): Record<string, string> {
  return live ? { ...partedLabels(spec.selector ?? {}, version, live) } : { ...spec.selector, [versionLabel]: version };
}

/**
 * A Service beside an application's own, with its selector and ports, for another version. It is inside the cluster alone: an
 * address or a port of the nodes would be another entry point.
 */
export function serviceBeside(service: Service, name: string, version: string, live?: LiveWorkload): Service {
  const { apiVersion, kind, metadata, spec } = service;
  const { namespace } = metadata;
  const ports = spec.ports?.map(({ nodePort: _, ...port }) => port);
  return {
    apiVersion,
    kind,
    metadata: { name, ...(namespace !== undefined && { namespace }) },
    spec: { type: "ClusterIP", selector: selectorFor(service, version, live), ...(ports && { ports }) },
  };
}
