import { isDeepStrictEqual } from "node:util";
import pRetry from "p-retry";
import { parseStackConfig } from "../../config";
import { ConfigError } from "../../config/problems";
import { trafficValues } from "../../config/traffic-values";
import type { StepContext } from "../../progress/step";
import type {
  Change,
  Engine,
  EngineTarget,
  PastUpdate,
  Preview,
  StackOutputs,
  UpdateOptions,
  UpdateResult,
} from "../engine";
import {
  evaluateProgram,
  type EvaluatedProgram,
  type EvaluateOptions,
  type ResourceState,
} from "../../render/evaluate";
import { refuseEncrypted } from "../stack-file";
import { checkPolicies } from "../policy/check";
import { demandAllowed, type Violation } from "../policy/violation";
import { findClashes, findMissingSecrets } from "../../preflight/clashes";
import { Kubectl } from "../../preflight/client";
import { compileObjects, type ChartRenderer } from "../../render/compile";
import { GeneratedValues } from "../../render/generated";
import {
  leftovers,
  mergeEntries,
  readRecords,
  recordManifests,
  withUpdate,
  type InventoryEntry,
  type StackRecord,
} from "./inventory";
import { describeObject, keyOf, keyOfManifest, referenceOf, type Manifest } from "../../render/manifest";
import { movingAddresses } from "./moving-addresses";
import { planObjects, type ObjectPlan } from "./plan";
import { removeObjects } from "./remove";
import { waitUntilReady } from "../../preflight/wait";

/** The programs that the engine calls. */
export interface KubectlPrograms {
  /** The path of kubectl, which is built where it isn't there. */
  readonly kubectl: (signal: AbortSignal, report: StepContext["report"]) => Promise<string>;
  /** Renders a chart, given the context for its progress. */
  readonly renderChart: (context: StepContext) => ChartRenderer;
}

/**
 * Makes a stack's objects real without the Pulumi CLI: the same program, evaluated in this process, its objects applied
 * by `kubectl apply --server-side`. What it applied is kept in an inventory in the cluster, so that what leaves the
 * program leaves the cluster, and nothing else does.
 */
export class KubectlEngine implements Engine {
  readonly name = "kubectl";
  private readonly previewed = new WeakMap<Preview, Prepared>();

  constructor(
    private readonly target: EngineTarget,
    private readonly programs: KubectlPrograms,
  ) {}

  async preview(context: StepContext, options: UpdateOptions = {}): Promise<Preview> {
    const prepared = await this.prepare(context, options);
    const preview = await previewOf(prepared);
    this.previewed.set(preview, prepared);
    return preview;
  }

  async up(context: StepContext, options: UpdateOptions = {}): Promise<UpdateResult> {
    const agreed = options.agreed && this.previewed.get(options.agreed);
    // A preview's kubectl ended with the step that it was made for.
    const prepared = agreed
      ? { ...agreed, kubectl: await this.connect(context) }
      : await this.prepare(context, options);
    const { kubectl, record, waves, manifests, plan, generated, violations } = prepared;
    await options.onPreview?.(await previewOf(prepared));
    demandAllowed(violations);
    const uids = new Map(plan.live.map((manifest) => [keyOfManifest(manifest), uidOf(manifest)]));
    const entries = waves.flatMap((wave, index) =>
      wave
        .map(referenceOf)
        .map((reference): InventoryEntry => ({ ...reference, wave: index, uid: uids.get(keyOf(reference)) })),
    );
    // Written before the objects are, so that an update cut short leaves nothing that nobody remembers.
    const before = record?.entries ?? [];
    const known = new Set(before.map(keyOf));
    if (
      !record ||
      entries.some((entry) => !known.has(keyOf(entry))) ||
      !isDeepStrictEqual(record.generated, generated.all())
    )
      await this.remember(kubectl, { ...record, entries: mergeEntries(before, entries), generated: generated.all() });
    await this.applyWaves(prepared, options, context);
    const removed = await removeObjects(
      kubectl,
      this.target.stack,
      leftovers(before, manifests.map(referenceOf)),
      context,
    );
    const live = new Map((await kubectl.live(manifests)).map((manifest) => [keyOfManifest(manifest), manifest]));
    const outputs = await this.readOutputs(prepared, live);
    const made = entries.map((entry) => ({ ...entry, uid: uidOf(live.get(keyOf(entry))) }));
    const update = { time: new Date().toISOString(), traffic: trafficValues(this.target.config) };
    const history = withUpdate(record?.history ?? [], update);
    await this.remember(kubectl, { entries: made, generated: generated.all(), outputs, history });
    return { changes: [...plan.changes, ...removed], outputs };
  }

  async destroy(context: StepContext): Promise<readonly Change[]> {
    const kubectl = await this.connect(context);
    const records = await readRecords(kubectl);
    const record = records.get(this.target.stack);
    if (!record) return [];
    const removed = await removeObjects(kubectl, this.target.stack, leftovers(record.entries, []), context);
    const [namespace, ...own] = recordManifests(this.target.stack, record);
    await kubectl.delete(own);
    if (records.size === 1 && namespace) await kubectl.delete([namespace]);
    return removed;
  }

  async outputs(context: StepContext): Promise<StackOutputs | undefined> {
    const records = await readRecords(await this.connect(context));
    return records.get(this.target.stack)?.outputs;
  }

  async history(context: StepContext): Promise<readonly PastUpdate[]> {
    const records = await readRecords(await this.connect(context));
    return records.get(this.target.stack)?.history ?? [];
  }

  private async connect({ report, signal }: StepContext): Promise<Kubectl> {
    const kubectl = new Kubectl(await this.programs.kubectl(signal, report), this.target.cluster, signal);
    report(`asking ${this.target.cluster.name}`);
    await kubectl.check();
    return kubectl;
  }

  private async prepare(context: StepContext, options: UpdateOptions): Promise<Prepared> {
    const { stack, config, cluster } = this.target;
    // First of all: a config that can't be used is told even where no cluster answers.
    const { environment } = parseStackConfig(config, cluster.profile);
    refuseEncrypted(config);
    const kubectl = await this.connect(context);
    const records = await readRecords(kubectl);
    const record = records.get(stack);
    const generated = new GeneratedValues(record?.generated ?? {});
    const { resources, outputs } = await this.evaluate(record, (resource) => generated.stateOf(resource));
    const waves = await compileObjects(resources, this.programs.renderChart(context));
    const manifests = waves.flat();
    context.report(`comparing ${manifests.length} objects with ${this.target.cluster.name}`);
    const owned = new Set((record?.entries ?? []).map(keyOf));
    // Asked at the same time, as a way back must be short; what is said first where several go wrong stays the same.
    const planning = planObjects(kubectl, stack, manifests, records, options);
    planning.catch(() => undefined);
    const clashes = await findClashes(kubectl, manifests, (key) => owned.has(key));
    if (clashes.length > 0) throw new ConfigError(clashes);
    const subject = { stack, manifests, outputs, lastOutputs: record?.outputs };
    const { violations } = await checkPolicies(subject, environment, options.policyPackConfig);
    const plan = await planning;
    return { kubectl, record, generated, waves, manifests, plan, violations, outputs: outputs as StackOutputs };
  }

  private async remember(kubectl: Kubectl, record: StackRecord): Promise<void> {
    await kubectl.apply(recordManifests(this.target.stack, record), true);
  }

  private async applyWaves(
    { kubectl, record, waves, manifests, plan }: Prepared,
    { forceConflicts = false }: UpdateOptions,
    context: StepContext,
  ): Promise<void> {
    const unchanged = plan.live.filter((live) => !plan.changed.has(keyOfManifest(live)));
    const changed = manifests.filter((manifest) => plan.changed.has(keyOfManifest(manifest)));
    const moving = movingAddresses(changed, plan.live, record?.outputs?.address);
    let applied = 0;
    const apply = async (some: readonly Manifest[]) => {
      if (some.length === 0) return;
      const names = some.map((manifest) => describeObject(referenceOf(manifest)));
      context.report(
        `applied ${applied} of ${changed.length}: ${names.slice(0, 3).join(", ")}${names.length > 3 ? ", …" : ""}`,
      );
      await applyWithPatience(kubectl, some, forceConflicts, context.signal);
      applied += some.length;
    };
    await apply(moving);
    for (const wave of waves) {
      await apply(wave.filter((manifest) => changed.includes(manifest) && !moving.includes(manifest)));
      await waitUntilReady(kubectl, wave, context, unchanged);
    }
  }

  /** Runs the program once more, its resources in the state that the cluster has them in. */
  private async readOutputs(
    { kubectl, record, generated }: Pick<Prepared, "kubectl" | "record" | "generated">,
    live: ReadonlyMap<string, Manifest>,
  ): Promise<StackOutputs> {
    const stateOf = async (resource: ResourceState): Promise<Record<string, unknown>> => {
      const { type, inputs, id } = resource;
      if (!type.startsWith("kubernetes:")) return generated.stateOf(resource);
      if (id !== undefined) return { ...(await lookUp(kubectl, type, id)) };
      const manifest = inputs as unknown as Manifest;
      return manifest.kind === undefined ? inputs : { ...inputs, ...live.get(keyOfManifest(manifest)) };
    };
    return (await this.evaluate(record, stateOf)).outputs as StackOutputs;
  }

  private evaluate(record: StackRecord | undefined, stateOf: EvaluateOptions["stateOf"]): Promise<EvaluatedProgram> {
    const { stack, config, cluster } = this.target;
    return evaluateProgram({
      stack,
      config,
      profileFile: cluster.profileFile,
      lastOutputs: record?.outputs,
      stateOf,
    });
  }
}

/** What an update is made of, and what it would do. */
interface Prepared {
  readonly kubectl: Kubectl;
  /** What the cluster remembers of the stack. */
  readonly record: StackRecord | undefined;
  readonly generated: GeneratedValues;
  readonly waves: readonly (readonly Manifest[])[];
  readonly manifests: readonly Manifest[];
  readonly plan: ObjectPlan;
  readonly violations: readonly Violation[];
  readonly outputs: StackOutputs;
}

async function previewOf({ kubectl, record, manifests, outputs, plan, violations }: Prepared): Promise<Preview> {
  const gone = leftovers(record?.entries ?? [], manifests.map(referenceOf)).flat();
  const deletions = gone.map((entry): Change => ({ kind: "delete", object: describeObject(entry) }));
  return {
    changes: [...plan.changes, ...deletions],
    unchanged: manifests.length - plan.changes.length,
    warnings: await findMissingSecrets(kubectl, manifests),
    violations,
    diff: [plan.diff, ...deletions.map(({ object }) => `- ${object}`)].filter((text) => text !== "").join("\n"),
    trafficBefore: record?.outputs?.traffic,
    trafficAfter: outputs.traffic,
  };
}

function uidOf(live: Manifest | undefined): string | undefined {
  return live?.metadata["uid"] as string | undefined;
}

/** A resource that the program looks up by `namespace/name`, as `k8s.core.v1.Service.get` does. */
async function lookUp(kubectl: Kubectl, type: string, id: string): Promise<Manifest | undefined> {
  const [namespace = "default", name = ""] = id.includes("/") ? id.split("/") : ["default", id];
  const [, group = "", version = "", kind = ""] = /^kubernetes:([^/]*)\/([^:]*):(.*)$/.exec(type) ?? [];
  // Two groups may have a kind of one name, as Gateway API and Istio have their Gateways.
  return kubectl.get(group.includes(".") ? `${kind}.${version}.${group}` : kind, namespace, name);
}

/** A webhook that was deployed a moment ago is ready some time before its certificate is known to the API server. */
async function applyWithPatience(
  kubectl: Kubectl,
  manifests: readonly Manifest[],
  force: boolean,
  signal: AbortSignal,
): Promise<void> {
  await pRetry(() => kubectl.apply(manifests, force), {
    retries: 30,
    minTimeout: 1000,
    factor: 1,
    signal,
    shouldRetry: ({ error }) => /failed calling webhook|is being terminated/.test(error.message),
  });
}
