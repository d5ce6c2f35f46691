import pLimit from "p-limit";
import type { EngineEvent } from "@pulumi/pulumi/automation";
import type { ObjectsApi } from "../cluster/objects-api";
import { UserError } from "../progress/user-error";
import { describeObject, referenceOf, type Manifest } from "../render/manifest";
import { createdBy } from "./unrecorded";

/** The objects that an update would create, as its events tell them. */
export interface CreatedObjects {
  readonly objects: readonly Manifest[];
  readonly onEvent: (event: EngineEvent) => void;
}

/** Follows a preview for the objects that it would create, those of charts too. */
export function followCreated(): CreatedObjects {
  const objects: Manifest[] = [];
  const onEvent = ({ resourcePreEvent }: EngineEvent) => {
    const manifest = resourcePreEvent && createdBy(resourcePreEvent);
    if (manifest) objects.push(manifest);
  };
  return { objects, onEvent };
}

/** The most objects that are named: if the whole stack exists already, there are dozens. */
const mostShown = 8;

const concurrency = 8;

/**
 * Refuses to create objects that exist already. Pulumi applies objects by server-side apply, and would silently take over
 * what another stack or somebody else has made. A namespace may be there: the stack uses it, and never removes it.
 *
 * @param created the objects that the stack does not have yet.
 * @throws UserError naming them.
 */
export async function refuseTakeover(api: Pick<ObjectsApi, "get">, created: readonly Manifest[]): Promise<void> {
  const limit = pLimit(concurrency);
  const references = created.filter(({ kind }) => kind !== "Namespace").map(referenceOf);
  const live = await Promise.all(references.map((reference) => limit(() => api.get(reference))));
  const names = references.filter((_, index) => live[index]).map(describeObject);
  if (names.length === 0) return;
  const more = names.length > mostShown ? ` and ${names.length - mostShown} more` : "";
  throw new UserError(
    `${names.slice(0, mostShown).join(", ")}${more}: already in the cluster, and not made by this stack. Choose other names ` +
      `(sluice:namespace, sluice:workload), set sluice:ingressController to { kind: existing } and leave sluice:metallb ` +
      `out if the cluster has them, or pass --adopt to take them over`,
    "SLUICE1304",
  );
}
