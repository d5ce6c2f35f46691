import { UserError } from "../../progress/user-error";
import type { Change, UpdateOptions } from "../engine";
import type { Kubectl } from "../../preflight/client";
import { isAbout, splitDifferences } from "./differences";
import { ownerOf, type StackRecord } from "./inventory";
import { describeObject, keyOfManifest, referenceOf, type Manifest } from "../../render/manifest";

/** What applying a stack's objects would change. */
export interface ObjectPlan {
  /** The objects as they are now, those that are there. */
  readonly live: readonly Manifest[];
  /** The objects to apply: new ones and changed ones. */
  readonly changed: ReadonlySet<string>;
  readonly changes: readonly Change[];
  /** The changes in detail. */
  readonly diff: string;
}

/**
 * Compares a stack's objects with the cluster.
 *
 * @param records what the cluster remembers of all stacks.
 * @throws UserError where an object is there that this stack did not make, or where another writer owns a field.
 */
export async function planObjects(
  kubectl: Kubectl,
  stack: string,
  manifests: readonly Manifest[],
  records: ReadonlyMap<string, StackRecord>,
  { adopt = false, forceConflicts = false }: UpdateOptions,
): Promise<ObjectPlan> {
  const live = await kubectl.live(manifests);
  const there = new Set(live.map((manifest) => keyOfManifest(manifest)));
  if (!adopt) refuseForeign(stack, live, records);
  const existing = manifests.filter((manifest) => there.has(keyOfManifest(manifest)));
  const created = manifests.filter((manifest) => !there.has(keyOfManifest(manifest)));
  const differences = splitDifferences(await kubectl.diff(existing, forceConflicts));
  const updated = existing.flatMap((manifest) => {
    const difference = differences.find((candidate) => isAbout(candidate, manifest));
    return difference ? [{ manifest, lines: difference.lines }] : [];
  });
  return {
    live,
    changed: new Set(
      [...created, ...updated.map(({ manifest }) => manifest)].map((manifest) => keyOfManifest(manifest)),
    ),
    changes: [
      ...created.map((manifest): Change => ({ kind: "create", object: nameOf(manifest) })),
      ...updated.map(({ manifest }): Change => ({ kind: "update", object: nameOf(manifest) })),
    ],
    diff: [
      ...created.map((manifest) => `+ ${nameOf(manifest)}`),
      ...updated.map(({ manifest, lines }) =>
        [`~ ${nameOf(manifest)}`, ...lines.map((line) => `  ${line}`)].join("\n"),
      ),
    ].join("\n"),
  };
}

/** Foreign objects come in dozens where the whole stack is there already. */
const mostShown = 8;

function refuseForeign(stack: string, live: readonly Manifest[], records: ReadonlyMap<string, StackRecord>): void {
  const foreign = live.flatMap((manifest) => {
    const owner = ownerOf(referenceOf(manifest), records);
    if (owner === stack) return [];
    return [
      `${nameOf(manifest)} is there already${owner ? ` and belongs to the stack ${owner}` : ", and no stack made it"}`,
    ];
  });
  if (foreign.length === 0) return;
  const shown =
    foreign.length > mostShown ? [...foreign.slice(0, mostShown), `… and ${foreign.length - mostShown} more`] : foreign;
  throw new UserError(
    `${shown.join("\n")}\nSluice changes only what it made: remove these, choose other names (sluice:namespace, ` +
      `sluice:workload), set sluice:ingressController to { kind: existing } or leave sluice:metallb out where the cluster ` +
      `has them, or take them over by --adopt`,
  );
}

function nameOf(manifest: Manifest): string {
  return describeObject(referenceOf(manifest));
}
