import type { DryRun, Kind } from "../../../cluster/objects-api";
import type { Situation } from "../../../preflight/check";
import type { GuardedObjects } from "../../../engine/guard";
import type { LiveObjects } from "../../../preflight/live-objects";
import { keyOf, keyOfManifest, withNamespace, type Manifest, type ObjectReference } from "../../../render/manifest";
import { objectsIn } from "./objects-answer";
import { runProgram } from "./programs";
import type { RawConfig } from "./stacks";

/** The objects of a cluster in memory. */
export class FakeObjects implements GuardedObjects {
  /** What was asked for, a line each. */
  readonly calls: string[] = [];
  /** What is said of an object that is shown, by `Kind name`. */
  readonly verdicts: Record<string, Partial<DryRun>> = {};
  /** The objects that were shown, with their field managers. */
  readonly shown: { readonly manifest: Manifest; readonly fieldManager: string }[] = [];
  /** Groups of API whose kinds the cluster does not have. */
  readonly missing = new Set<string>();
  private readonly objects = new Map<string, Manifest>();

  constructor(...there: readonly Manifest[]) {
    this.put(...there);
  }

  put(...there: readonly Manifest[]): void {
    for (const one of there) this.objects.set(keyOfManifest(one), one);
  }

  has({ apiVersion }: Kind): Promise<boolean> {
    return Promise.resolve(!this.missing.has(apiVersion.split("/")[0] ?? ""));
  }

  list({ apiVersion, kind }: Kind): Promise<Manifest[]> {
    this.calls.push(`list ${kind}`);
    return Promise.resolve(
      [...this.objects.values()].filter((one) => one.kind === kind && one.apiVersion === apiVersion),
    );
  }

  async listIn(namespace: string, kind: Kind): Promise<Manifest[]> {
    return (await this.list(kind)).filter(({ metadata }) => metadata.namespace === namespace);
  }

  get(reference: ObjectReference): Promise<Manifest | undefined> {
    this.calls.push(`get ${reference.kind} ${reference.name}`);
    return Promise.resolve(this.objects.get(keyOf(reference)));
  }

  dryRun(manifest: Manifest, { fieldManager }: { readonly fieldManager: string }): Promise<DryRun> {
    this.shown.push({ manifest, fieldManager });
    return Promise.resolve({ warnings: [], ...this.verdicts[`${manifest.kind} ${manifest.metadata.name}`] });
  }
}

/** What checks look at, for a stack of some config on a cluster. */
export async function situationOf(
  config: RawConfig,
  live: LiveObjects,
  isOwn: Situation["isOwn"] = () => false,
): Promise<Situation> {
  const manifests = objectsIn(await runProgram(config)).map((manifest) => withNamespace(manifest, "default"));
  return { manifests, live, isOwn };
}
