import type { EngineEvent, OutputMap, PulumiFn } from "@pulumi/pulumi/automation";
import type { ClusterApi } from "../cluster/api";
import { parseStackConfig } from "../config";
import { profileVariable } from "../cluster/profile";
import { trafficValues } from "../record/traffic-values";
import program = require("../index");
import type { StepContext } from "../progress/step";
import { UserError } from "../progress/user-error";
import { readRolloutTraffic } from "../record/read";
import { decideTraffic, explainDecision, type RolloutTraffic } from "../record/traffic";
import { autoscaledActive, autoscaledSuccessors, type Autoscaled, type Successor } from "../routers/deployed";
import { explainPlan } from "../traffic/explain";
import { detailOf } from "./detail";
import type {
  Change,
  Cluster,
  DestroyOptions,
  EngineTarget,
  PastUpdate,
  Preview,
  UpdateOptions,
  UpdateResult,
} from "./engine";
import { engineEnvironment } from "./environment";
import { isUnknownStack, whyProtected } from "./failures";
import { leftBehind, readFormerInventory, refuseFormer, removeFormerInventory } from "./former-inventory";
import { guardPlan, waitForTarget } from "./guard";
import { keepingStackFile } from "./keep-stack-file";
import { sluiceOutputs, type Outputs } from "./last-outputs";
import { isNamespaceDeleted, namespacesOf, removeDropped } from "./stack-namespaces";
import { stackFilePath } from "./stack-file";
import { openStack, stateOf, type OpenedStack } from "./open-stack";
import type { CliMeans } from "./pulumi-command";
import { policyRun, textUntilRefused } from "./policies";
import { demandAllowed, mandatoryOf } from "./policy/violation";
import { followDropped, removeDroppedVersions } from "./dropped";
import { followCreated, refuseTakeover } from "./takeover";
import { followBegun, removeUnrecorded } from "./unrecorded";
import { followUnready, addPodTroubles } from "./unready";
import { keyOf, keyOfManifest, type Manifest } from "../render/manifest";
import { describeUrn } from "./urn";
import { watch } from "./watch-update";

/** The engine's dependencies. */
export interface PulumiMeans extends CliMeans {
  /** Asks whether the cluster answers, and throws if it does not. */
  readonly connect: (cluster: Cluster) => Promise<ClusterApi>;
}

/** How many past updates are read. */
const rememberedUpdates = 20;

/** Progress comes from events; as text it would mix with the lines of a diff. */
const quiet = { color: "never", suppressProgress: true } as const;

/** Only a refresh before the update finds what others changed in the cluster. */
const refreshing = ({ forceConflicts }: UpdateOptions) => (forceConflicts ? { refresh: true } : {});

/** Applies a stack by the Pulumi CLI, through the Automation API. Progress and interruption come by the step's context. */
export class PulumiEngine {
  /** What the last preview showed, if nothing stood against it and nothing has changed since. */
  private previewed?: readonly Change[];
  /** What needs as many pods as serve now before the previewed update switches users to it. */
  successors: readonly Successor[] = [];
  /** What serves after the previewed update, of which an autoscaler has the number of pods. */
  autoscaled: readonly Autoscaled[] = [];
  /** The last rollout whose result the stack's file has said, when it was previewed. */
  private settled?: number;

  constructor(
    private readonly target: EngineTarget,
    private readonly means: PulumiMeans,
  ) {}

  /**
   * What an update would do; changes nothing.
   *
   * @throws ConfigError or UserError if an update would do something else, or take over what is not the stack's.
   */
  async preview(context: StepContext, options: UpdateOptions = {}): Promise<Preview> {
    const { config, cluster, stack: name } = this.target;
    const { environment } = parseStackConfig(config, cluster.profile);
    const policies = policyRun(environment, options.policyPackConfig);
    const watched = watch(context);
    const created = followCreated();
    const onEvent = (event: EngineEvent) => [watched, policies, created].forEach((follower) => follower.onEvent(event));
    const result = await this.run(
      context,
      options,
      async ({ stack, ...opened }, api, rollout) => {
        const reading = opened.outputs();
        // Only a rollout's record has to be compared with what the last update said.
        const decided = decideTraffic(config, rollout, rollout && sluiceOutputs(await reading)?.settledRollout);
        // Checking takes the API server and this process, and reading the CLI: each about as long as the other.
        const owned = async () => ((await reading) ? stateOf<Manifest>(stack) : []);
        const guarding = guardPlan(api.objects, { ...this.target, config: decided.config }, owned);
        guarding.catch(() => undefined);
        const [outputs, former] = await Promise.all([reading, readFormerInventory(api, name)]);
        if (!options.adopt) refuseFormer(name, former);
        const before = sluiceOutputs(outputs);
        this.settled = before?.settledRollout;
        const warnings = await guarding;
        if (!outputs) await opened.create();
        const previewing = textUntilRefused(policies, () =>
          stack.preview({
            ...policies.options,
            ...quiet,
            ...refreshing(options),
            ...this.configFile,
            diff: true,
            onEvent,
            signal: context.signal,
          }),
        );
        // Pulumi may fail because of existing objects, with another message.
        await previewing.catch(() => undefined);
        context.signal.throwIfAborted();
        if (!options.adopt) await refuseTakeover(api.objects, created.objects);
        const text = await previewing;
        await policies.check();
        const own = new Set(created.objects.map(keyOfManifest));
        const left = former ? leftBehind(former, (reference) => own.has(keyOf(reference))) : [];
        const leftWarnings = left.map((object) => `${object} of the earlier Sluice stays: the stack no longer has it`);
        const inForce = parseStackConfig(decided.config, cluster.profile);
        const traffic = explainPlan(inForce.plan);
        this.autoscaled = decided.decides ? [] : autoscaledActive(inForce, inForce.plan);
        // If a rollout decides, users have its plan already.
        this.successors =
          before?.plan && !decided.decides ? autoscaledSuccessors(inForce, before.plan, inForce.plan) : [];
        return {
          // A rollout's result is in force before Pulumi's state has it.
          trafficBefore: decided.decides && before ? traffic : before?.traffic,
          trafficAfter: [...traffic, ...explainDecision(decided)],
          warnings: [...watched.warnings, ...warnings, ...leftWarnings],
          text,
        };
      },
      policies.watchProgram,
    );
    this.previewed = mandatoryOf(policies.violations).length === 0 ? watched.changes : undefined;
    return {
      changes: watched.changes,
      unchanged: watched.unchanged(),
      warnings: result.warnings,
      violations: policies.violations,
      diff: detailOf(result.text),
      trafficBefore: result.trafficBefore,
      trafficAfter: result.trafficAfter,
    };
  }

  /**
   * Makes the stack's objects as the program says and waits until they are ready. Unless this engine has previewed the
   * stack, it does so first.
   *
   * @throws PolicyError if a mandatory policy is violated, before anything is changed.
   */
  async up(context: StepContext, options: UpdateOptions = {}): Promise<UpdateResult> {
    const { targets } = options;
    if (!targets && (options.onPreview || !this.previewed)) {
      const preview = await this.preview(context, options);
      await options.onPreview?.(preview);
      demandAllowed(preview.violations);
    }
    const dropsNamespace = this.previewed?.some(isNamespaceDeleted) ?? false;
    this.previewed = undefined;
    const { environment, application } = parseStackConfig(this.target.config, this.target.cluster.profile);
    const policies = policyRun(environment, options.policyPackConfig);
    const watched = watch(context);
    const begun = followBegun();
    const dropped = followDropped();
    const unready = followUnready();
    const onEvent = (event: EngineEvent) =>
      [watched, begun, dropped, unready].forEach((follower) => follower.onEvent(event));
    let changes: readonly Change[] = [];
    const result = await this.run(context, options, async ({ stack }, api, rollout) => {
      const { config } = decideTraffic(this.target.config, rollout, this.settled);
      await waitForTarget(api.objects, { ...this.target, config }, context);
      const namespaces = dropsNamespace ? await namespacesOf(stack) : [];
      const updating = stack.up({
        ...policies.options,
        ...quiet,
        ...refreshing(options),
        ...this.configFile,
        ...(targets && { target: [...targets] }),
        onEvent,
        signal: context.signal,
      });
      const made = await updating.catch(async (error: unknown) => {
        // Objects that are taken over existed before. If the cluster doesn't answer, the next update names what it finds.
        if (!options.adopt) await removeUnrecorded(api.objects, stack, begun.objects).catch(() => undefined);
        if (!context.signal.aborted) await addPodTroubles(error, api.objects, unready);
        throw error;
      });
      const former = options.adopt ? await readFormerInventory(api, this.target.stack) : undefined;
      if (former) await removeFormerInventory(api, this.target.stack, former);
      await removeDroppedVersions(api.objects, application, dropped.objects);
      changes = await removeDropped(api, watched.changes, namespaces, context);
      return made;
    });
    const outputs = sluiceOutputs(valuesOf(result.outputs));
    if (!outputs)
      throw new UserError("pulumi up left no outputs: check that index.ts exports Sluice's program", "SLUICE1401");
    return { changes, outputs };
  }

  /**
   * Asks whether the stack can be removed.
   *
   * @throws UserError if something of it is protected, which a removal would find only once the rest is gone.
   */
  async demandRemovable(context: StepContext): Promise<void> {
    const name = this.target.stack;
    await this.read(context, async ({ stack, outputs }) => {
      const kept = (await outputs()) && (await stateOf(stack)).find(({ protect }) => protect);
      if (kept) throw new UserError(whyProtected(describeUrn(kept.urn), name), "SLUICE1305");
    });
  }

  /**
   * Removes every object of the stack, and nothing else: a namespace that was there before, or that holds objects of
   * others, is kept.
   */
  async destroy(context: StepContext, { forget = false }: DestroyOptions = {}): Promise<readonly Change[]> {
    const watched = watch(context);
    return this.run(context, {}, async ({ stack, outputs }, api) => {
      refuseFormer(this.target.stack, await readFormerInventory(api, this.target.stack));
      if (!(await outputs())) return [];
      const namespaces = await namespacesOf(stack);
      await stack.destroy({ ...quiet, ...this.configFile, onEvent: watched.onEvent, signal: context.signal });
      const changes = await removeDropped(api, watched.changes, namespaces, context);
      if (forget) await stack.workspace.removeStack(stack.name, { preserveConfig: true });
      return changes;
    });
  }

  /** The updates that went through, the last first. */
  async history(context: StepContext): Promise<readonly PastUpdate[]> {
    const updates = await this.read(context, async ({ stack }) => {
      try {
        return await stack.history(rememberedUpdates, 1);
      } catch (error) {
        if (isUnknownStack(error)) return [];
        throw error;
      }
    });
    return updates
      .filter(({ kind, result }) => kind === "update" && result === "succeeded")
      .map(({ startTime, config }) => ({
        time: new Date(startTime).toISOString(),
        traffic: trafficValues(Object.fromEntries(Object.entries(config).map(([key, { value }]) => [key, value]))),
      }));
  }

  /** Pulumi must be told of a file that is not the stack's own. */
  private get configFile(): { readonly configFile?: string } {
    const { file, stack } = this.target;
    return file === stackFilePath(stack) ? {} : { configFile: file };
  }

  private async run<Result>(
    context: StepContext,
    options: UpdateOptions,
    work: (opened: OpenedStack, api: ClusterApi, rollout: RolloutTraffic | undefined) => Promise<Result>,
    beforeProgram?: () => void,
  ): Promise<Result> {
    const { stack, config, cluster, rollout: own } = this.target;
    const api = await this.means.connect(cluster);
    process.env[profileVariable] = cluster.profileFile ?? "";
    const { namespace } = parseStackConfig(config, cluster.profile);
    const rollout = own ?? (await readRolloutTraffic(api.core, stack, namespace));
    const run = () => {
      beforeProgram?.();
      return program({ rollout: () => Promise.resolve(rollout) }, this.target.config["sluice:from"]);
    };
    return this.read(context, (opened) => work(opened, api, rollout), options, run);
  }

  /** Runs commands of the CLI; the cluster need not answer. */
  private async read<Result>(
    context: StepContext,
    work: (opened: OpenedStack) => Promise<Result>,
    options: UpdateOptions = {},
    run: PulumiFn = () => Promise.reject(new Error("what only reads a stack runs no program")),
  ): Promise<Result> {
    const { stack, file, cluster } = this.target;
    const command = await this.means.command(context);
    const envVars = await engineEnvironment(cluster, options, this.means.folder);
    context.report("asking pulumi");
    const open = async () => work(await openStack(stack, command, envVars, run));
    // A new stack's salt goes to its own file, whichever file Pulumi is told of.
    return keepingStackFile(stackFilePath(stack), () => keepingStackFile(file, open));
  }
}

function valuesOf(outputs: OutputMap): Outputs {
  return Object.fromEntries(Object.entries(outputs).map(([name, { value }]) => [name, value as unknown]));
}
