import type { Application, Deployment, Labels, PodTemplate } from "../kubernetes/application";
import type { ClusterObject } from "../kubernetes/cluster-object";
import type { VersionConfig } from "../config/versions";
import { ownLabels, partedLabels } from "./live";
import { versionLabel } from "./names";
import { patched } from "./patch";

/** The objects of one version. */
export interface VersionObjects {
  readonly deployment: Deployment;
  readonly autoscalers: readonly ClusterObject[];
  readonly budgets: readonly ClusterObject[];
}

/** A version's settings for its pods. */
export type VersionPods = Pick<VersionConfig, "patch" | "variant"> & { readonly image?: string };

/** The pod template of a version without what tells the versions apart: `image` first, then `patch`. */
export function podsOfVersion(
  { workload, container }: Application,
  { image, patch, variant }: VersionPods,
): PodTemplate {
  const { template } = (variant?.workload ?? workload).spec;
  const { containers } = template.spec;
  const renewed: PodTemplate =
    image === undefined || container === undefined
      ? template
      : {
          ...template,
          spec: {
            ...template.spec,
            containers: containers.map((one) => (one.name === container ? { ...one, image } : one)),
          },
        };
  return patch === undefined ? renewed : patched(renewed, patch);
}

/**
 * A version's objects: the application's own with the version in their names, selectors and labels.
 *
 * @param config the version's image, patch and number of pods; with a number, the version has no autoscaler.
 */
export function versionObjects(
  application: Application,
  version: string,
  config: VersionPods & Pick<VersionConfig, "replicas">,
): VersionObjects {
  const { replicas, variant } = config;
  const workload = variant?.workload ?? application.workload;
  const { spec } = workload;
  const { live } = application;
  // Beside what is live a version has labels of its own alone, so that no change of the live selectors changes its own.
  const label = live ? ownLabels(application, version) : { [versionLabel]: version };
  const template = podsOfVersion(application, config);
  const labels = template.metadata?.labels ?? {};
  const deployment: Deployment = {
    ...renamed(workload, version, label),
    spec: {
      ...spec,
      ...(replicas !== undefined && { replicas }),
      selector: live ? { matchLabels: label } : withLabels(spec.selector, label),
      template: {
        ...template,
        metadata: {
          ...template.metadata,
          labels: { ...(live ? partedLabels(labels, version, live) : labels), ...label },
        },
      },
    },
  };
  return {
    deployment,
    autoscalers:
      replicas !== undefined
        ? []
        : application.autoscalers.map((one) => scaling(renamed(one, version, label), deployment)),
    budgets: application.budgets.map((one) => bounding(renamed(one, version, label), label, live !== undefined)),
  };
}

function renamed<Object extends ClusterObject>(object: Object, version: string, label: Labels): Object {
  const { metadata } = object;
  const labels = { ...(metadata["labels"] as object | undefined), ...label };
  return { ...object, metadata: { ...metadata, name: `${metadata.name}-${version}`, labels } };
}

function scaling(autoscaler: ClusterObject, { metadata }: Deployment): ClusterObject {
  const { scaleTargetRef, ...spec } = autoscaler["spec"] as { readonly scaleTargetRef: object };
  return { ...autoscaler, spec: { ...spec, scaleTargetRef: { ...scaleTargetRef, name: metadata.name } } };
}

function bounding(budget: ClusterObject, label: Labels, isAlone: boolean): ClusterObject {
  const spec = budget["spec"] as { readonly selector?: Selector };
  return {
    ...budget,
    spec: { ...spec, selector: isAlone ? { matchLabels: label } : withLabels(spec.selector, label) },
  };
}

type Selector = Deployment["spec"]["selector"];

function withLabels(selector: Selector | undefined, label: Labels): Selector {
  return { ...selector, matchLabels: { ...selector?.matchLabels, ...label } };
}
