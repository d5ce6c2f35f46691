import { keyOfManifest, type Manifest } from "../render/manifest";
import { routers } from "../routers";
import type { Clashes } from "../routers/router";
import type { Check, Findings, Situation } from "./check";

/** Looks, for each router, for objects of others that clash with the stack's. */
export const clashChecks: readonly Check[] = Object.values(routers).flatMap(({ clashes }) =>
  clashes ? [(situation) => findClashes(clashes, situation)] : [],
);

/** The objects of others that clash with a stack's; asks the cluster only if a stack has objects of the kind. */
export async function findClashes(clashes: Clashes, { manifests, live, isOwn }: Situation): Promise<Findings> {
  const own = manifests.filter(clashes.concerns);
  const [first] = own;
  if (!first) return {};
  if (clashes.missing && !(await live.has(first))) return { problems: [clashes.missing] };
  const made = new Set(manifests.map((manifest) => keyOfManifest(manifest)));
  const kinds = new Map(own.map((manifest) => [`${manifest.apiVersion} ${manifest.kind}`, manifest]));
  const lists = await Promise.all([...kinds.values()].map((manifest) => live.list(manifest)));
  const others = lists
    .flat()
    .filter(
      (other) =>
        !made.has(keyOfManifest(other)) &&
        (clashes.includesRemoved || !isOwn(keyOfManifest(other))) &&
        !isMadeInTheNameOf(manifests, other),
    );
  return { problems: clashes.find(own, others) };
}

/** True for what somebody made in the name of one of the stack's own objects, as Flagger does for a Canary. */
function isMadeInTheNameOf(manifests: readonly Manifest[], { metadata }: Manifest): boolean {
  const owners = (metadata["ownerReferences"] ?? []) as readonly { readonly kind: string; readonly name: string }[];
  return owners.some(({ kind, name }) =>
    manifests.some(
      (own) => own.kind === kind && own.metadata.name === name && own.metadata.namespace === metadata.namespace,
    ),
  );
}
