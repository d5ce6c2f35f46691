import { LocalWorkspace, type EngineEvent, type PulumiCommand, type Stack } from "@pulumi/pulumi/automation";
import { parseStackConfig } from "../../config";
import type { StepContext } from "../../progress/step";
import { UserError } from "../../progress/user-error";
import type {
  Change,
  Cluster,
  Engine,
  EngineTarget,
  PastUpdate,
  Preview,
  StackOutputs,
  UpdateOptions,
  UpdateResult,
} from "../engine";
import { trafficValues } from "../../config/traffic-values";
import { explainPlan } from "../../traffic/explain";
import type { Kubectl } from "../kubectl/client";
import { projectFolder } from "../stack-file";
import { changeOf, describeUrn } from "./changes";
import { detailOf } from "./detail";
import { engineEnvironment } from "./environment";
import { guardPlan, waitForTarget } from "./guard";
import { keepingStackFile } from "./keep-stack-file";

/** What the engine works with. */
export interface PulumiMeans {
  readonly command: PulumiCommand;
  /** Asks whether the cluster answers, and throws where it does not; nothing where there is no kubectl to ask by. */
  readonly connect: (cluster: Cluster, context: StepContext) => Promise<Kubectl | undefined>;
  /** The folder of a disposable cluster, where the stack's state lives and goes with it. */
  readonly folder?: string;
}

/** How many updates are looked back on. */
const rememberedUpdates = 20;

/** Makes a stack's objects real by the Pulumi CLI, through the Automation API. */
export class PulumiEngine implements Engine {
  readonly name = "pulumi";

  constructor(
    private readonly target: EngineTarget,
    private readonly means: PulumiMeans,
  ) {}

  async preview(context: StepContext, options: UpdateOptions = {}): Promise<Preview> {
    const watched = watch(context);
    const { before, warnings, result } = await this.run(context, options, async (stack, signal, kubectl) => ({
      before: outputsOf(await stack.outputs()),
      warnings: kubectl ? await guardPlan(kubectl, this.target, stack) : [],
      result: await stack.preview({ diff: true, color: "never", onEvent: watched.onEvent, signal }),
    }));
    const after = parseStackConfig(this.target.config, this.target.cluster.profile).plan;
    return {
      changes: watched.changes,
      unchanged: result.changeSummary.same ?? 0,
      warnings,
      diff: detailOf(result.stdout),
      trafficBefore: before?.traffic,
      trafficAfter: explainPlan(after),
    };
  }

  async up(context: StepContext, options: UpdateOptions = {}): Promise<UpdateResult> {
    const watched = watch(context);
    const result = await this.run(context, options, async (stack, signal, kubectl) => {
      if (kubectl) {
        await guardPlan(kubectl, this.target, stack);
        await waitForTarget(kubectl, this.target, context);
      }
      return stack.up({ color: "never", onEvent: watched.onEvent, signal });
    });
    const outputs = outputsOf(result.outputs);
    if (!outputs) throw new UserError("pulumi up left no outputs: is index.ts as Sluice has it?");
    return { changes: watched.changes, outputs };
  }

  async destroy(context: StepContext): Promise<readonly Change[]> {
    const watched = watch(context);
    await this.run(context, {}, (stack, signal) => stack.destroy({ color: "never", onEvent: watched.onEvent, signal }));
    return watched.changes;
  }

  async outputs(context: StepContext): Promise<StackOutputs | undefined> {
    return outputsOf(await this.run(context, {}, (stack) => stack.outputs()));
  }

  async history(context: StepContext): Promise<readonly PastUpdate[]> {
    const updates = await this.run(context, {}, (stack) => stack.history(rememberedUpdates, 1));
    return updates
      .filter(({ kind, result }) => kind === "update" && result === "succeeded")
      .map(({ startTime, config }) => ({
        time: new Date(startTime).toISOString(),
        traffic: trafficValues(Object.fromEntries(Object.entries(config).map(([key, { value }]) => [key, value]))),
      }));
  }

  private async run<Result>(
    context: StepContext,
    options: UpdateOptions,
    work: (stack: Stack, signal: AbortSignal, kubectl: Kubectl | undefined) => Promise<Result>,
  ): Promise<Result> {
    const { stack: stackName, file, cluster } = this.target;
    const { report, signal } = context;
    const kubectl = await this.means.connect(cluster, context);
    const envVars = await engineEnvironment(cluster, options, this.means.folder);
    return keepingStackFile(file, async () => {
      report("asking pulumi");
      const program = { stackName, workDir: projectFolder };
      let stack: Stack | undefined;
      try {
        stack = await LocalWorkspace.createOrSelectStack(program, { pulumiCommand: this.means.command, envVars });
        return await work(stack, signal, kubectl);
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

/** Follows an update's events: reports progress, and collects what changes. */
function watch({ report }: StepContext): { changes: Change[]; onEvent: (event: EngineEvent) => void } {
  const changes: Change[] = [];
  let done = 0;
  const onEvent = ({ resourcePreEvent, resOutputsEvent, diagnosticEvent }: EngineEvent) => {
    const change = resourcePreEvent && changeOf(resourcePreEvent.metadata);
    if (change) changes.push(change);
    if (resOutputsEvent) done += 1;
    if (resourcePreEvent) report(`${done} done, at ${describeUrn(resourcePreEvent.metadata.urn)}`);
    if (diagnosticEvent?.ephemeral && diagnosticEvent.urn)
      report(`${done} done, ${describeUrn(diagnosticEvent.urn)}: ${diagnosticEvent.message.trim()}`);
  };
  return { changes, onEvent };
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
