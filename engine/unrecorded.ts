import type { EngineEvent, Stack } from "@pulumi/pulumi/automation";
import { isMadeByPulumiAlone } from "../cluster/owned-fields";
import type { ObjectsApi } from "../cluster/objects-api";
import { referenceOf, withNamespace, type Manifest } from "../render/manifest";
import { stateOf } from "./open-stack";
import { isPatch } from "./urn";

/** The objects that an update has begun to create and that did not exist before, by URN. */
export interface BegunObjects {
  readonly objects: ReadonlyMap<string, Manifest>;
  readonly onEvent: (event: EngineEvent) => void;
}

/** Follows an update for the objects that it begins to create. */
export function followBegun(): BegunObjects {
  const objects = new Map<string, Manifest>();
  const onEvent = ({ resourcePreEvent, resOutputsEvent }: EngineEvent) => {
    const manifest = resourcePreEvent && createdBy(resourcePreEvent);
    if (manifest) objects.set(resourcePreEvent.metadata.urn, manifest);
    if (resOutputsEvent) objects.delete(resOutputsEvent.metadata.urn);
  };
  return { objects, onEvent };
}

/** The object that a step creates; nothing for other steps, and for a patch, whose object is there already. */
export function createdBy({ metadata }: NonNullable<EngineEvent["resourcePreEvent"]>): Manifest | undefined {
  const { op, type = "", new: state } = metadata;
  const inputs = state?.inputs as Partial<Manifest> | undefined;
  const isMade = op === "create" && type.startsWith("kubernetes:") && !isPatch(type);
  if (!isMade || !inputs?.kind || !inputs.metadata?.name) return undefined;
  return withNamespace(inputs as Manifest, "default");
}

/**
 * Removes what a broken-off update has made without recording it: Pulumi's provider gives up its requests when it is told to
 * end, and the API server may have made the object anyway. The next update would take it for somebody else's.
 *
 * @param begun objects that were not there before the update.
 */
export async function removeUnrecorded(
  api: Pick<ObjectsApi, "get" | "remove">,
  stack: Stack,
  begun: ReadonlyMap<string, Manifest>,
): Promise<void> {
  if (begun.size === 0) return;
  const recorded = new Set((await stateOf(stack)).map(({ urn }) => urn));
  const unrecorded = [...begun].filter(([urn]) => !recorded.has(urn)).map(([, manifest]) => referenceOf(manifest));
  await Promise.all(
    unrecorded.map(async (reference) => {
      const live = await api.get(reference);
      if (live && isMadeByPulumiAlone(live)) await api.remove(reference, live.metadata["uid"] as string);
    }),
  );
}
