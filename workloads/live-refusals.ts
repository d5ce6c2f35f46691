import { isDeepStrictEqual } from "node:util";
import type { Application, Deployment, Labels, LiveWorkload, Service } from "../kubernetes/application";
import type { ClusterObject } from "../kubernetes/cluster-object";
import { isMap } from "../values/is-map";
import type { Problem } from "../config/problems";
import { labelsOf } from "./find";
import { matches, originalSelector, partedLabels, type LabelSelector } from "./live";
import { nameOf, namesOf } from "./names";

/** A tool that enforces an object's state, what it would undo, and how to release through that tool. */
interface Owner {
  readonly name: string;
  readonly isOwn: (labels: Labels, annotations: Labels) => boolean;
  readonly undoes: string;
  readonly instead: string;
}

const owners: readonly Owner[] = [
  {
    name: "Argo CD",
    isOwn: (labels, annotations) =>
      annotations["argocd.argoproj.io/tracking-id"] !== undefined ||
      labels["argocd.argoproj.io/instance"] !== undefined,
    undoes: "its next sync sets the Service's selector and the image back",
    instead:
      "keep the manifests in Git, name them by sluice:from.manifests, and have Argo CD apply what sluice render writes",
  },
  {
    name: "Flux",
    isOwn: (labels) =>
      labels["kustomize.toolkit.fluxcd.io/name"] !== undefined || labels["helm.toolkit.fluxcd.io/name"] !== undefined,
    undoes: "its next reconciliation sets the Service's selector and the image back",
    instead:
      "keep the manifests in Git, name them by sluice:from.manifests, and have Flux apply what sluice render writes",
  },
  {
    name: "Helm",
    isOwn: (labels, annotations) =>
      labels["app.kubernetes.io/managed-by"] === "Helm" || annotations["meta.helm.sh/release-name"] !== undefined,
    undoes: "the next helm upgrade sets the Service's selector and the image back",
    instead: "name the chart by sluice:from.chart, with the release's values, in a namespace of its own",
  },
];

/** Refuses objects whose state another tool enforces: it would undo a promotion, which changes them. */
export function ownedByOthers(objects: readonly ClusterObject[]): Problem[] {
  return objects.flatMap((object) => {
    const { labels, annotations } = object.metadata as { readonly labels?: Labels; readonly annotations?: Labels };
    const owner = owners.find(({ isOwn }) => isOwn(labels ?? {}, annotations ?? {}));
    if (!owner) return [];
    const { name, undoes, instead } = owner;
    return [{ key: "from.live", value: nameOf(object), allowed: `must not be ${name}'s: ${undoes}; ${instead}` }];
  });
}

/**
 * Refuses manifests that are not those of what is live: a label that the live selector asks for and the manifests lack, and
 * Services that are not there or select otherwise.
 *
 * @param live the live Deployment.
 * @param services the live Services, by the place of the application's own; nothing for one that is not there.
 */
export function notAsLive(
  { workload, services: own }: Pick<Application, "workload" | "services">,
  live: Deployment,
  services: readonly (Service | undefined)[],
): Problem[] {
  const labels = labelsOf(workload);
  const wanted = Object.entries(live.spec.selector.matchLabels ?? {});
  const lacking = wanted
    .filter(([key, value]) => labels[key] !== value)
    .map(([key, value]) => ({
      key: "from.manifests",
      value: nameOf(workload),
      allowed: `must have the label ${key}: ${value} in the pods' template: the selector of the live ${nameOf(live)} requires it, and can't be changed`,
    }));
  const differing = own.flatMap((service, index) => {
    const there = services[index];
    const name = nameOf(service);
    if (!there)
      return [
        {
          key: "from.manifests",
          value: name,
          allowed: `must be live, and the namespace has no ${name}: apply it first`,
        },
      ];
    const selector = originalSelector(there.spec.selector ?? {}, labelsOf(live));
    if (isDeepStrictEqual(selector, service.spec.selector ?? {})) return [];
    const allowed = `must have the live selector ${JSON.stringify(selector)}, but the manifests have ${JSON.stringify(service.spec.selector)}: make them the same`;
    return [{ key: "from.manifests", value: name, allowed }];
  });
  return [...lacking, ...differing];
}

/**
 * Refuses versions whose pods a NetworkPolicy would not allow what it allows the live ones: they have another value in a label
 * that it asks for.
 *
 * @param policies the NetworkPolicies of the namespace.
 */
export function unreachedByPolicies(
  { workload }: Pick<Application, "workload">,
  live: LiveWorkload,
  versions: readonly string[],
  policies: readonly ClusterObject[],
): Problem[] {
  const labels = labelsOf(workload);
  return versions
    .filter((version) => version !== live.version)
    .flatMap((version) => {
      const parted = partedLabels(labels, version, live);
      const missing = policies.filter((policy) =>
        podSelectors(policy["spec"]).some((selector) => matches(selector, labels) && !matches(selector, parted)),
      );
      if (missing.length === 0) return [];
      const values = live.parting.map((key) => `${key} In [${labels[key]}, ${parted[key]}]`).join(", ");
      const allowed = `must be reached by ${namesOf(missing)}, which selects the live pods by a label that has another value on ${version}'s pods: make it select by matchExpressions ${values}`;
      return [{ key: `versions.${version}`, value: version, allowed }];
    });
}

/** The labels that NetworkPolicies ask pods for. */
export function labelsInPolicies(policies: readonly ClusterObject[]): string[] {
  return policies
    .flatMap(({ spec }) => podSelectors(spec))
    .flatMap(({ matchLabels = {}, matchExpressions = [] }) => [
      ...Object.keys(matchLabels),
      ...matchExpressions.map(({ key }) => key),
    ]);
}

/** Every podSelector in the spec of a NetworkPolicy: the pods that it is for, and the peers that it lets in or out. */
function podSelectors(value: unknown): LabelSelector[] {
  if (Array.isArray(value)) return value.flatMap(podSelectors);
  if (!isMap(value)) return [];
  return Object.entries(value).flatMap(([key, inner]) =>
    key === "podSelector" ? [(inner ?? {}) as LabelSelector] : podSelectors(inner),
  );
}
