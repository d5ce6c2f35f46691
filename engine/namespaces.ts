import { setTimeout as sleep } from "node:timers/promises";
import pLimit from "p-limit";
import type { ClusterApi } from "../cluster/api";
import { failureKind } from "../cluster/errors";
import type { ObjectsApi } from "../cluster/objects-api";
import type { StepContext } from "../progress/step";
import { describeObject, referenceOf, type Manifest } from "../render/manifest";
import { isOfOthers } from "./namespace-contents";
import type { StateResource } from "./open-stack";

/** A namespace of a stack, as Pulumi's state has it. */
export interface NamespaceRecord {
  /** As changes name it: `Namespace demo`. */
  readonly object: string;
  readonly name: string;
  /** Its UID, because another namespace may have had the name. */
  readonly uid?: string;
  /** When Pulumi had made or found it, as ISO 8601 has it. */
  readonly created?: string;
}

interface NamespaceState {
  readonly metadata?: { readonly name?: string; readonly uid?: string };
}

/** The namespaces in an exported state. */
export function namespacesIn(resources: readonly StateResource<NamespaceState>[]): NamespaceRecord[] {
  return resources
    .filter(({ type }) => type === "kubernetes:core/v1:Namespace")
    .map(({ outputs, created }) => ({ name: outputs?.metadata?.name ?? "", uid: outputs?.metadata?.uid, created }))
    .map((record) => ({
      ...record,
      object: describeObject({ apiVersion: "v1", kind: "Namespace", name: record.name }),
    }));
}

/**
 * Milliseconds between the API server's time of creation, in whole seconds, and Pulumi's, which is taken when it has the
 * answer. If the two clocks differ by more, namespaces stay.
 */
const mostApart = 10_000;

/** Why a live namespace is not one that the stack has made; nothing if it has. */
export function whyNotMade({ uid, created }: NamespaceRecord, { metadata }: Manifest): string | undefined {
  const { creationTimestamp = "", managedFields = [] } = metadata as NamespaceMetadata;
  if (metadata["uid"] !== uid) return "it was created again outside the stack";
  // A field manager with a time shows who made a namespace, except after server-side apply without labels.
  const isMadeByOthers = managedFields.some(
    ({ manager = "", time }) => time === creationTimestamp && !manager.startsWith("pulumi-"),
  );
  const apart = Math.abs(Date.parse(created ?? "") - Date.parse(creationTimestamp));
  return isMadeByOthers || !(apart <= mostApart) ? "it was there before the stack" : undefined;
}

interface NamespaceMetadata {
  readonly creationTimestamp?: string;
  readonly managedFields?: readonly { readonly manager?: string; readonly time?: string }[];
}

/** The most objects that are named as a reason. */
const mostShown = 2;

const concurrency = 8;

/** Why a namespace can't be removed; nothing if it is the stack's own and holds nothing of others. */
export async function whyKept(
  api: Pick<ObjectsApi, "namespacedKinds" | "listIn">,
  record: NamespaceRecord,
  live: Manifest,
): Promise<string | undefined> {
  const notMade = whyNotMade(record, live);
  if (notMade !== undefined) return notMade;
  const limit = pLimit(concurrency);
  try {
    const kinds = await api.namespacedKinds();
    const lists = await Promise.all(kinds.map((kind) => limit(() => api.listIn(record.name, kind, {}))));
    const others = lists.flat().filter(isOfOthers);
    if (others.length === 0) return undefined;
    const shown = others.slice(0, mostShown).map(({ kind, metadata }) => `${kind} ${metadata.name}`);
    const more = others.length > mostShown ? ` and ${others.length - mostShown} more` : "";
    return `it holds other objects: ${shown.join(", ")}${more}`;
  } catch (error) {
    return `its contents can't be listed: ${(error as Error).message}`;
  }
}

/** Seconds after which Sluice stops waiting for a namespace's deletion. */
const secondsToGo = 120;

const pollMilliseconds = 500;

/** Seconds beyond its own grace period until a pod that does not end is left to the namespace's removal. */
const secondsBeyondGrace = 30;

/**
 * Waits until the pods that are ending in a namespace have ended. A namespace that is deleted before is looked at again only
 * after half of its pods' longest grace period: 150 s for ingress-nginx, however soon its pod ends.
 *
 * @see `NamespaceController.worker` in pkg/controller/namespace/namespace_controller.go of Kubernetes 1.36
 */
async function podsAreGone(
  core: ClusterApi["core"],
  namespace: string,
  { report, signal }: StepContext,
): Promise<void> {
  const began = Date.now();
  for (;;) {
    signal.throwIfAborted();
    const { items } = await core.listNamespacedPod({ namespace });
    const longest = Math.max(0, ...items.map(({ metadata }) => metadata?.deletionGracePeriodSeconds ?? 0));
    if (items.length === 0 || Date.now() - began > (longest + secondsBeyondGrace) * 1000) return;
    report(`waiting until ${items.map(({ metadata }) => metadata?.name).join(", ")} has ended`);
    await sleep(pollMilliseconds, undefined, { signal });
  }
}

/**
 * Removes those of a stack's former namespaces that the stack made and that hold nothing of others, and waits until they
 * are gone.
 *
 * @returns why the others stay, by their object.
 */
export async function removeNamespaces(
  { objects, core }: Pick<ClusterApi, "objects" | "core">,
  records: readonly NamespaceRecord[],
  context: StepContext,
): Promise<Map<string, string>> {
  const kept = new Map<string, string>();
  for (const record of records) {
    const reason = await removeNamespace(objects, core, record, context);
    if (reason !== undefined) kept.set(record.object, reason);
  }
  return kept;
}

async function removeNamespace(
  objects: ClusterApi["objects"],
  core: ClusterApi["core"],
  record: NamespaceRecord,
  { report, signal }: StepContext,
): Promise<string | undefined> {
  const { name, uid, object } = record;
  signal.throwIfAborted();
  report(`listing what ${object} holds`);
  const live = await objects.get({ apiVersion: "v1", kind: "Namespace", name });
  if (!live) return undefined;
  const reason = await whyKept(objects, record, live);
  if (reason !== undefined) return reason;
  await podsAreGone(core, name, { report, signal });
  try {
    await core.deleteNamespace({ name, body: { preconditions: { uid } } });
  } catch (error) {
    const kind = failureKind(error);
    if (kind === "forbidden") return "your account may not remove it";
    if (kind !== "not found") throw error;
  }
  report(`waiting until ${object} is gone`);
  const deadline = Date.now() + secondsToGo * 1000;
  for (;;) {
    const left = await objects.get(referenceOf(live));
    if (left?.metadata["uid"] !== uid) return undefined;
    if (Date.now() > deadline)
      return `it is still being deleted after ${secondsToGo} s: find out why with kubectl describe`;
    await sleep(pollMilliseconds, undefined, { signal });
  }
}
