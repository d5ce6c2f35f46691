import pLimit from "p-limit";
import { describeObject, referenceOf, type Manifest } from "../render/manifest";
import type { Refusal } from "../cluster/objects-api";
import { pulumisManager } from "../cluster/owned-fields";
import type { Findings, Situation } from "./check";
import { configKeysOf } from "./config-keys";
import type { LiveObjects } from "./live-objects";

/** How many requests are under way at a time. */
const concurrency = 8;

/** The most of a refusal that is shown: a webhook may answer with a page. */
const longestReason = 400;

/** The field manager of an object that Pulumi has not made yet. */
const ownManager = "sluice-preview";

/** The result of one object's dry run. */
interface Outcome {
  readonly refusal?: string;
  readonly warnings?: readonly string[];
  /** Why the server was not asked, or could not answer. */
  readonly unchecked?: string;
}

/**
 * Shows every object to the API server, so that what it refuses is told before anything changes: an update that breaks off
 * in the middle leaves half of a plan in force.
 */
export async function findRefusals({ manifests, live }: Situation): Promise<Findings> {
  const limit = pLimit(concurrency);
  const coming = await namespacesToCome(manifests, live);
  const outcomes = await Promise.all(
    manifests.map((manifest) =>
      limit(() =>
        outcomeOf(manifest, {
          isHomeless: coming.has(manifest.metadata.namespace ?? ""),
          isDefined: isDefinedBy(manifests, manifest),
          live,
        }),
      ),
    ),
  );
  return {
    refusals: outcomes.flatMap(({ refusal }) => refusal ?? []),
    warnings: [...outcomes.flatMap(({ warnings = [] }) => warnings), ...uncheckedLines(manifests, outcomes)],
  };
}

/** The namespaces that the stack brings and that are not there yet. */
async function namespacesToCome(manifests: readonly Manifest[], live: LiveObjects): Promise<Set<string>> {
  const own = manifests.filter(({ kind }) => kind === "Namespace");
  const found = await Promise.all(own.map((namespace) => live.get(referenceOf(namespace))));
  return new Set(own.filter((_, index) => !found[index]).map(({ metadata }) => metadata.name));
}

/** The state of the cluster in which an object is applied. */
interface Destination {
  /** True if the same update makes its namespace. */
  readonly isHomeless: boolean;
  /** True if the same update makes its kind. */
  readonly isDefined: boolean;
  readonly live: LiveObjects;
}

/** The groups of kinds that a stack's own charts bring, or that checks of their routers ask for. */
const groupsApart = ["metallb.io", "flagger.app", "gateway.networking.k8s.io", "networking.istio.io"];

function isDefinedBy(manifests: readonly Manifest[], { apiVersion, kind }: Manifest): boolean {
  const [group = ""] = apiVersion.split("/");
  if (groupsApart.includes(group)) return true;
  return manifests.some((one) => {
    const spec = (one["spec"] ?? {}) as { readonly group?: string; readonly names?: { readonly kind?: string } };
    return one.kind === "CustomResourceDefinition" && spec.group === group && spec.names?.kind === kind;
  });
}

async function outcomeOf(manifest: Manifest, { isHomeless, isDefined, live }: Destination): Promise<Outcome> {
  if (!(await live.has(manifest)))
    return isDefined ? { unchecked: "their kinds do not exist yet" } : { refusal: missingKind(manifest) };
  // A dry run in a missing namespace fails, so use a namespace that always exists.
  const shown = isHomeless ? { ...manifest, metadata: { ...manifest.metadata, namespace: "default" } } : manifest;
  const there = await live.get(referenceOf(shown));
  if (isHomeless && there) return { unchecked: "their namespaces do not exist yet" };
  const result = await live.dryRun(shown, {
    // Fields that leave the program leave the object only if their own manager applies it.
    fieldManager: pulumisManager(there) ?? ownManager,
  });
  const refusal = result?.refusal && withoutReplacements(result.refusal);
  const name = describeObject(referenceOf(manifest));
  // Admission differs by namespace, so its messages for another namespace don't apply.
  const warnings = isHomeless ? [] : (result?.warnings ?? []).map((text) => `${name}: ${text}`);
  if (!refusal) return { warnings };
  const unchecked = whyUnchecked(refusal.message);
  return unchecked === undefined ? { warnings, refusal: describe(manifest, refusal) } : { unchecked };
}

function missingKind(manifest: Manifest): string {
  const { apiVersion, kind } = manifest;
  return `${describeObject(referenceOf(manifest))}: the cluster doesn't know the kind ${kind} of ${apiVersion}, and no object of the stack defines it: install its CustomResourceDefinition, or add that to the objects`;
}

const immutable = /immutable|may not (be )?change|updates to .* are forbidden/;

/** Fields that can't be changed in place: Pulumi replaces the object. */
function withoutReplacements(refusal: Refusal): Refusal | undefined {
  const causes = refusal.causes.filter(({ message = "" }) => !immutable.test(message));
  const isLeft = refusal.causes.length > 0 ? causes.length > 0 : !immutable.test(refusal.message);
  return isLeft ? { ...refusal, causes } : undefined;
}

/** What keeps the server from judging the object; nothing if it has judged. */
function whyUnchecked(message: string): string | undefined {
  if (message.includes("failed calling webhook")) return "the webhook that checks them does not answer yet";
  if (message.includes("does not support dry run")) return "the webhook that checks them does not support dry runs";
  return /User ".*" cannot /.test(message) ? "the cluster does not allow this account to" : undefined;
}

/** `HTTPRoute demo/shop: the API server refuses spec.hostnames: Too many: … (sluice:host, sluice:route.more)`. */
function describe(manifest: Manifest, { message, causes }: Refusal): string {
  const isSecret = manifest.kind === "Secret";
  // Drop the cause that only says that there are others, which a kind's own rules add.
  const reasons = causes
    .filter(({ field }) => field !== "<nil>")
    .map(({ field, message: text = "" }) => {
      const mayBeSecret = isSecret || /\.value$/.test(field ?? "");
      return [field, mayBeSecret ? withoutValue(text) : text].filter(Boolean).join(": ");
    });
  const whole = isSecret ? "it isn't a valid Secret" : message;
  const reason = shortened(
    (reasons.length > 0 ? [...new Set(reasons)].join("; ") : whole)
      .replace(/\s+/g, " ")
      .replace(/^failed to create typed patch object \(.*?\): (errors: )?/, ""),
  );
  const keys = configKeysOf(manifest, causes.map(({ field = "" }) => field).join(" ") || message);
  const hint = keys.length > 0 ? ` (see ${keys.map((key) => `sluice:${key}`).join(", ")})` : "";
  return `${describeObject(referenceOf(manifest))} is refused by the API server: ${reason}${hint}`;
}

function withoutValue(text: string): string {
  return text.replace(/value: (?:"(?:[^"\\]|\\.)*"|\S+?): /, "value: ");
}

function shortened(text: string): string {
  return text.length > longestReason ? `${text.slice(0, longestReason)}…` : text;
}

/** A line for each reason for which objects were not checked. */
function uncheckedLines(manifests: readonly Manifest[], outcomes: readonly Outcome[]): string[] {
  const reasons = [...new Set(outcomes.flatMap(({ unchecked }) => unchecked ?? []))];
  return reasons.map((reason) => {
    const names = manifests
      .filter((_, index) => outcomes[index]?.unchecked === reason)
      .map((manifest) => describeObject(referenceOf(manifest)));
    return `not checked by the API server, because ${reason}: ${names.join(", ")}`;
  });
}
