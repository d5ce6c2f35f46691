import { LocalWorkspace, type EngineEvent, type PulumiCommand, type Stack } from "@pulumi/pulumi/automation";
import { parseStackConfig } from "../../config";
import type { StepContext } from "../../progress/step";
import { UserError } from "../../progress/user-error";
import type {
  Change,
  Cluster,
  Engine,
  EngineTarget,
  Preview,
  StackOutputs,
  UpdateOptions,
  UpdateResult,
} from "../engine";
import { explainPlan } from "../../traffic/explain";
import { projectFolder } from "../stack-file";
import { changeOf, describeUrn } from "./changes";
import { detailOf } from "./detail";
import { engineEnvironment } from "./environment";
import { keepingStackFile } from "./keep-stack-file";

/** What the engine works with. */
export interface PulumiMeans {
  readonly command: PulumiCommand;
  /** Asks whether the cluster answers; throws where it does not. */
  readonly check: (cluster: Cluster, context: StepContext) => Promise<void>;
  /** The folder of a disposable cluster, where the stack's state lives and goes with it. */
  readonly folder?: string;
}

/** Makes a stack's objects real by the Pulumi CLI, through the Automation API. */
export class PulumiEngine implements Engine {
  readonly name = "pulumi";

  constructor(
    private readonly target: EngineTarget,
    private readonly means: PulumiMeans,
  ) {}

  async preview(context: StepContext, options: UpdateOptions = {}): Promise<Preview> {
    const watched = watch(context);
    const { before, result } = await this.run(context, options, async (stack, signal) => ({
      before: outputsOf(await stack.outputs()),
      result: await stack.preview({ diff: true, color: "never", onEvent: watched.onEvent, signal }),
    }));
    const after = parseStackConfig(this.target.config, this.target.cluster.profile).plan;
    return {
      changes: watched.changes,
      unchanged: result.changeSummary.same ?? 0,
      diff: detailOf(result.stdout),
      trafficBefore: before?.traffic,
      trafficAfter: explainPlan(after),
    };
  }

  async up(context: StepContext, options: UpdateOptions = {}): Promise<UpdateResult> {
    const watched = watch(context);
    const result = await this.run(context, options, (stack, signal) =>
      stack.up({ color: "never", onEvent: watched.onEvent, signal }),
    );
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

  private async run<Result>(
    context: StepContext,
    options: UpdateOptions,
    work: (stack: Stack, signal: AbortSignal) => Promise<Result>,
  ): Promise<Result> {
    const { stack: stackName, file, cluster } = this.target;
    const { report, signal } = context;
    await this.means.check(cluster, context);
    const envVars = await engineEnvironment(cluster, options, this.means.folder);
    return keepingStackFile(file, async () => {
      report("asking pulumi");
      const program = { stackName, workDir: projectFolder };
      let stack: Stack | undefined;
      try {
        stack = await LocalWorkspace.createOrSelectStack(program, { pulumiCommand: this.means.command, envVars });
        return await work(stack, signal);
      } catch (error) {
        // An update that is cut short leaves the stack locked: the lock goes, so that the next one can go on.
        if (signal.aborted) await stack?.cancel().catch(() => undefined);
        signal.throwIfAborted();
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
