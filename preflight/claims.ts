import type { Problem } from "../config/problems";
import { keyOf, keyOfManifest, type Manifest } from "../render/manifest";
import { versionLabel } from "../workloads/names";
import { claimFault, claimsOf, type PodSpec } from "../workloads/claims";
import type { Findings, Situation } from "./check";

interface VersionPods {
  readonly name: string;
  readonly namespace: string | undefined;
  readonly version: string;
  readonly claims: readonly string[];
}

/**
 * Claims that two versions of an application share and that one node or pod alone can mount. Of those that are not among the
 * objects, the cluster alone knows how they can be mounted.
 */
export async function findSharedClaims({ manifests, live }: Situation): Promise<Findings> {
  const given = new Set(manifests.map((manifest) => keyOfManifest(manifest)));
  const pods = manifests.flatMap(versionPods);
  const pairs = pods.flatMap((first, index) => pods.slice(index + 1).map((second) => [first, second] as const));
  const problems = await Promise.all(
    pairs.flatMap(([first, second]) =>
      first.claims
        .filter((claim) => first.namespace === second.namespace && second.claims.includes(claim))
        .map(async (name): Promise<Problem[]> => {
          const reference = { apiVersion: "v1", kind: "PersistentVolumeClaim", namespace: first.namespace, name };
          if (given.has(keyOf(reference))) return [];
          const fault = claimFault(name, await live.get(reference), first.version, second.version);
          return fault === undefined
            ? []
            : [{ key: "from.workload", value: `Deployment/${second.name}`, allowed: fault }];
        }),
    ),
  );
  return { problems: problems.flat() };
}

interface DeploymentSpec {
  readonly replicas?: number;
  readonly template: { readonly spec: PodSpec };
}

function versionPods({ kind, metadata: { name, namespace, labels }, spec }: Manifest): VersionPods[] {
  const version = (labels as Readonly<Record<string, string>> | undefined)?.[versionLabel];
  if (kind !== "Deployment" || version === undefined) return [];
  const { replicas, template } = spec as DeploymentSpec;
  return replicas === 0 ? [] : [{ name, namespace, version, claims: claimsOf(template.spec) }];
}
