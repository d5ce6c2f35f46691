import { isDeepStrictEqual } from "node:util";
import { UserError } from "../../progress/user-error";
import type { PastUpdate, StackOutputs } from "../engine";
import { partLabel, stackLabel } from "../record-labels";
import { keyOf, type Manifest, type ObjectReference } from "../../render/manifest";
import type { Kubectl } from "../../preflight/client";

/** An object of the stack, and the wave in which it was applied: later waves are deleted first. */
export interface InventoryEntry extends ObjectReference {
  readonly wave: number;
  /** The object's UID after the last update that went through: another of the same name is not the stack's. */
  readonly uid?: string;
}

/** What Sluice keeps in a cluster about itself, apart from the stacks. */
export const systemNamespace = "sluice-system";

/** What the cluster remembers of one stack: its objects, and the values that were generated for it. */
export interface StackRecord {
  readonly entries: readonly InventoryEntry[];
  /** Generated values by resource name; they are made once and stay. */
  readonly generated: Readonly<Record<string, string>>;
  /** The stack's outputs after the last update that went through. */
  readonly outputs?: StackOutputs;
  /** The updates that moved traffic, the last first. */
  readonly history?: readonly PastUpdate[];
}

/**
 * Reads what the cluster remembers of all stacks, by the stack's name.
 *
 * @throws UserError where an inventory can't be read.
 */
export async function readRecords(kubectl: Kubectl): Promise<Map<string, StackRecord>> {
  const [configMaps, secrets] = await Promise.all([
    kubectl.list("configmaps", systemNamespace, `${partLabel}=inventory`),
    kubectl.list("secrets", systemNamespace, `${partLabel}=generated`),
  ]);
  return new Map(
    configMaps.map((configMap) => {
      const stack = stackOf(configMap);
      const secret = secrets.find((candidate) => stackOf(candidate) === stack);
      return [stack, { ...readInventory(configMap), generated: readGenerated(secret) }];
    }),
  );
}

/** The objects that keep a stack's record, to be applied like any other. */
export function recordManifests(stack: string, record: StackRecord): Manifest[] {
  const metadata = (part: string) => ({
    name: `${part}-${stack}`,
    namespace: systemNamespace,
    labels: { [stackLabel]: stack, [partLabel]: part },
  });
  const data = {
    entries: JSON.stringify(record.entries),
    ...(record.outputs && { outputs: JSON.stringify(record.outputs) }),
    ...(record.history && { history: JSON.stringify(record.history) }),
  };
  return [
    { apiVersion: "v1", kind: "Namespace", metadata: { name: systemNamespace } },
    { apiVersion: "v1", kind: "ConfigMap", metadata: metadata("inventory"), data },
    { apiVersion: "v1", kind: "Secret", metadata: metadata("generated"), stringData: record.generated },
  ];
}

/** The objects of a stack that the program no longer has, later waves first: nothing goes before what depends on it. */
export function leftovers(entries: readonly InventoryEntry[], wanted: readonly ObjectReference[]): InventoryEntry[][] {
  const keep = new Set(wanted.map(keyOf));
  const gone = entries.filter((entry) => !keep.has(keyOf(entry)));
  const byWave = new Map<number, InventoryEntry[]>();
  for (const entry of gone) byWave.set(entry.wave, [...(byWave.get(entry.wave) ?? []), entry]);
  return [...byWave.entries()].sort(([left], [right]) => right - left).map(([, group]) => group);
}

/** How many updates are remembered. */
const rememberedUpdates = 20;

/** The history with an update added, where it moved traffic. */
export function withUpdate(history: readonly PastUpdate[], update: PastUpdate): readonly PastUpdate[] {
  const [last] = history;
  if (last && isDeepStrictEqual(last.traffic, update.traffic)) return history;
  return [update, ...history].slice(0, rememberedUpdates);
}

/** Both lists, each object once, the later list's wave winning. */
export function mergeEntries(before: readonly InventoryEntry[], now: readonly InventoryEntry[]): InventoryEntry[] {
  return [...new Map([...before, ...now].map((entry) => [keyOf(entry), entry])).values()];
}

/** The stack that has an object in its inventory. */
export function ownerOf(reference: ObjectReference, records: ReadonlyMap<string, StackRecord>): string | undefined {
  const key = keyOf(reference);
  return [...records].find(([, { entries }]) => entries.some((entry) => keyOf(entry) === key))?.[0];
}

function stackOf(manifest: Manifest): string {
  return ((manifest.metadata["labels"] ?? {}) as Record<string, string>)[stackLabel] ?? "";
}

function readInventory(configMap: Manifest): Pick<StackRecord, "entries" | "outputs" | "history"> {
  const data = (configMap["data"] ?? {}) as Record<string, string>;
  try {
    return {
      entries: JSON.parse(data["entries"] ?? "[]") as InventoryEntry[],
      ...(data["outputs"] && { outputs: JSON.parse(data["outputs"]) as StackOutputs }),
      ...(data["history"] && { history: JSON.parse(data["history"]) as PastUpdate[] }),
    };
  } catch {
    const place = `ConfigMap ${systemNamespace}/${configMap.metadata.name}`;
    throw new UserError(
      `${place} is no inventory any more: its data must be JSON as Sluice wrote it; restore it from a backup`,
    );
  }
}

function readGenerated(secret: Manifest | undefined): Record<string, string> {
  const data = (secret?.["data"] ?? {}) as Record<string, string>;
  return Object.fromEntries(Object.entries(data).map(([key, value]) => [key, Buffer.from(value, "base64").toString()]));
}
