import { LocalWorkspace, type EngineEvent, type PulumiCommand, type Stack } from "@pulumi/pulumi/automation";
import type { ObjectsApi } from "../cluster/objects-api";
import { parseStackConfig } from "../config";
import { profileVariable } from "../config/profile";
import type { StepContext } from "../progress/step";
import { UserError } from "../progress/user-error";
import type {
  Change,
  Cluster,
  DestroyOptions,
  EngineTarget,
  PastUpdate,
  Preview,
  StackOutputs,
  UpdateOptions,
  UpdateResult,
} from "./engine";
import { trafficValues } from "../config/traffic-values";
import program = require("../index");
import { explainPlan } from "../traffic/explain";
import { projectFolder } from "./stack-file";
import { changeOf, describeUrn } from "./changes";
import { detailOf } from "./detail";
import { engineEnvironment } from "./environment";
import { guardPlan, waitForTarget } from "./guard";
import { keepingStackFile } from "./keep-stack-file";
import { orPolicyError, policyRun, textUntilRefused } from "./policies";

/** What the engine works with. */
export interface PulumiMeans {
  /** Gives the CLI, which may have to be installed first. */
  readonly command: (context: StepContext) => Promise<PulumiCommand>;
  /** Asks whether the cluster answers, and throws where it does not. */
  readonly connect: (cluster: Cluster) => Promise<ObjectsApi>;
  /** The folder of a disposable cluster, where the stack's state lives and goes with it. */
  readonly folder?: string;
}

/** How many updates are looked back on. */
const rememberedUpdates = 20;

/** Applies a stack by the Pulumi CLI, through the Automation API. Progress and interruption come by the step's context. */
export class PulumiEngine {
  constructor(
    private readonly target: EngineTarget,
    private readonly means: PulumiMeans,
  ) {}

  /** What an update would do; changes nothing. */
  async preview(context: StepContext, options: UpdateOptions = {}): Promise<Preview> {
    const { watched, policies, onEvent } = this.follow(context, options);
    const { before, warnings, text } = await this.run(context, options, async (stack, signal, api) => ({
      before: outputsOf(await stack.outputs()),
      warnings: await guardPlan(api, this.target, stack),
      text: await textUntilRefused(policies, () =>
        stack.preview({ ...policies.options, diff: true, color: "never", onEvent, signal }),
      ),
    }));
    const after = parseStackConfig(this.target.config, this.target.cluster.profile).plan;
    return {
      changes: watched.changes,
      unchanged: watched.unchanged(),
      warnings,
      violations: policies.violations,
      diff: detailOf(text),
      trafficBefore: before?.traffic,
      trafficAfter: explainPlan(after),
    };
  }

  /**
   * Makes the stack's objects as the program says and waits until they are ready.
   *
   * @throws PolicyError if a mandatory policy is violated, before anything is changed.
   */
  async up(context: StepContext, options: UpdateOptions = {}): Promise<UpdateResult> {
    if (options.onPreview) await options.onPreview(await this.preview(context, options));
    const { watched, policies, onEvent } = this.follow(context, options);
    const result = await this.run(context, options, async (stack, signal, api) => {
      await guardPlan(api, this.target, stack);
      await waitForTarget(api, this.target, context);
      return orPolicyError(policies, () => stack.up({ ...policies.options, color: "never", onEvent, signal }));
    });
    const outputs = outputsOf(result.outputs);
    if (!outputs) throw new UserError("pulumi up left no outputs: is index.ts as Sluice has it?");
    return { changes: watched.changes, outputs };
  }

  /** Removes every object of the stack, and nothing else. */
  async destroy(context: StepContext, { forget = false }: DestroyOptions = {}): Promise<readonly Change[]> {
    const watched = watch(context);
    await this.run(context, {}, async (stack, signal) => {
      await stack.destroy({ color: "never", onEvent: watched.onEvent, signal });
      if (forget) await stack.workspace.removeStack(stack.name, { preserveConfig: true });
    });
    return watched.changes;
  }

  /** The outputs of the stack as it is, or nothing if it is not up. */
  async outputs(context: StepContext): Promise<StackOutputs | undefined> {
    return outputsOf(await this.run(context, {}, (stack) => stack.outputs()));
  }

  /** The updates that went through, the last first. */
  async history(context: StepContext): Promise<readonly PastUpdate[]> {
    const updates = await this.run(context, {}, (stack) => stack.history(rememberedUpdates, 1));
    return updates
      .filter(({ kind, result }) => kind === "update" && result === "succeeded")
      .map(({ startTime, config }) => ({
        time: new Date(startTime).toISOString(),
        traffic: trafficValues(Object.fromEntries(Object.entries(config).map(([key, { value }]) => [key, value]))),
      }));
  }

  /** Follows an update with the policies that it is held against. */
  private follow(context: StepContext, { policyPackConfig }: UpdateOptions) {
    const { environment } = parseStackConfig(this.target.config, this.target.cluster.profile);
    const policies = policyRun(environment, policyPackConfig);
    const watched = watch(context);
    const onEvent = (event: EngineEvent) => [watched, policies].forEach((follower) => follower.onEvent(event));
    return { watched, policies, onEvent };
  }

  private async run<Result>(
    context: StepContext,
    options: UpdateOptions,
    work: (stack: Stack, signal: AbortSignal, api: ObjectsApi) => Promise<Result>,
  ): Promise<Result> {
    const { stack: stackName, file, cluster } = this.target;
    const { report, signal } = context;
    const pulumiCommand = await this.means.command(context);
    const api = await this.means.connect(cluster);
    const envVars = await engineEnvironment(cluster, options, this.means.folder);
    return keepingStackFile(file, async () => {
      report("asking pulumi");
      // The program runs in this process, which has it loaded already: a language host would start and compile it anew.
      const inline = { stackName, projectName: "sluice", program: () => Promise.resolve(program()) };
      process.env[profileVariable] = cluster.profileFile ?? "";
      let stack: Stack | undefined;
      try {
        stack = await LocalWorkspace.createOrSelectStack(inline, {
          workDir: projectFolder,
          pulumiCommand,
          envVars,
        });
        return await work(stack, signal, api);
      } catch (error) {
        // An update that is cut short leaves the stack locked: the lock goes, so that the next one can go on.
        if (signal.aborted) await stack?.cancel().catch(() => undefined);
        signal.throwIfAborted();
        if (error instanceof UserError) throw error;
        throw new UserError(messageOf(error));
      }
    });
  }
}

interface Watched {
  readonly changes: Change[];
  /** How many objects stay as they are. */
  readonly unchanged: () => number;
  readonly onEvent: (event: EngineEvent) => void;
}

/** Follows an update's events: reports progress, and collects what changes. */
function watch({ report }: StepContext): Watched {
  const changes: Change[] = [];
  let done = 0;
  let unchanged = 0;
  const onEvent = ({ resourcePreEvent, resOutputsEvent, diagnosticEvent, summaryEvent }: EngineEvent) => {
    const change = resourcePreEvent && changeOf(resourcePreEvent.metadata);
    if (change) changes.push(change);
    if (resOutputsEvent) done += 1;
    if (summaryEvent) unchanged = summaryEvent.resourceChanges.same ?? 0;
    if (resourcePreEvent) report(`${done} done, at ${describeUrn(resourcePreEvent.metadata.urn)}`);
    if (diagnosticEvent?.ephemeral && diagnosticEvent.urn)
      report(`${done} done, ${describeUrn(diagnosticEvent.urn)}: ${diagnosticEvent.message.trim()}`);
  };
  return { changes, unchanged: () => unchanged, onEvent };
}

function outputsOf(outputs: Readonly<Record<string, { value: unknown }>>): StackOutputs | undefined {
  const plain = Object.fromEntries(Object.entries(outputs).map(([key, { value }]) => [key, value]));
  return plain["traffic"] === undefined ? undefined : (plain as StackOutputs);
}

function messageOf(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  const [, stderr] = /stderr: ([\s\S]*?)(?:\n err\?|$)/.exec(text) ?? [];
  const [, stdout] = /stdout: ([\s\S]*?)\n stderr:/.exec(text) ?? [];
  return ["pulumi failed", stderr?.trim(), diagnosticsOf(stdout)].filter(Boolean).join(": ");
}

function diagnosticsOf(stdout = ""): string {
  const start = stdout.indexOf("Diagnostics:");
  return start < 0 ? stdout.trim() : stdout.slice(start).trim();
}
