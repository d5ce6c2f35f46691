import { LocalWorkspace, type EngineEvent, type PulumiCommand, type Stack } from "@pulumi/pulumi/automation";
import { parseStackConfig } from "../../config";
import type { StepContext } from "../../progress/step";
import { UserError } from "../../progress/user-error";
import type { Change, Engine, EngineTarget, Preview, StackOutputs, UpdateOptions, UpdateResult } from "../engine";
import { explainPlan } from "../../traffic/explain";
import { projectFolder } from "../stack-file";
import { changeOf, describeUrn } from "./changes";
import { engineEnvironment } from "./environment";

/** Makes a stack's objects real by the Pulumi CLI, through the Automation API. */
export class PulumiEngine implements Engine {
  readonly name = "pulumi";

  constructor(
    private readonly target: EngineTarget,
    private readonly command: PulumiCommand,
    /** The folder of a disposable cluster, where the stack's state lives and goes with it. */
    private readonly folder?: string,
  ) {}

  async preview(context: StepContext, options: UpdateOptions = {}): Promise<Preview> {
    const stack = await this.open(options);
    const before = outputsOf(await stack.outputs());
    const watched = watch(context);
    const result = await this.run(stack, context, (signal) =>
      stack.preview({ diff: true, color: "never", onEvent: watched.onEvent, signal }),
    );
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
    const stack = await this.open(options);
    const watched = watch(context);
    const result = await this.run(stack, context, (signal) =>
      stack.up({ color: "never", onEvent: watched.onEvent, signal }),
    );
    const outputs = outputsOf(result.outputs);
    if (!outputs) throw new UserError("pulumi up left no outputs: is index.ts as Sluice has it?");
    return { changes: watched.changes, outputs };
  }

  async destroy(context: StepContext): Promise<readonly Change[]> {
    const stack = await this.open({});
    const watched = watch(context);
    await this.run(stack, context, (signal) => stack.destroy({ color: "never", onEvent: watched.onEvent, signal }));
    return watched.changes;
  }

  async outputs(): Promise<StackOutputs | undefined> {
    return outputsOf(await (await this.open({})).outputs());
  }

  private async open(options: UpdateOptions): Promise<Stack> {
    return LocalWorkspace.createOrSelectStack(
      { stackName: this.target.stack, workDir: projectFolder },
      { pulumiCommand: this.command, envVars: await engineEnvironment(this.target.cluster, options, this.folder) },
    );
  }

  /** An update that is cut short leaves the stack locked: the lock goes, so that the next one can go on. */
  private async run<Result>(
    stack: Stack,
    { signal }: StepContext,
    work: (signal: AbortSignal) => Promise<Result>,
  ): Promise<Result> {
    try {
      return await work(signal);
    } catch (error) {
      if (signal.aborted) await stack.cancel().catch(() => undefined);
      signal.throwIfAborted();
      throw new UserError(messageOf(error));
    }
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

/** The diff without the CLI's head and summary. */
function detailOf(stdout: string): string {
  const lines = stdout.split("\n");
  const start = lines.findIndex((line) => /^\s*(pulumi:pulumi:Stack|[-+~])/.test(line));
  const end = lines.findIndex((line) => /^Resources:/.test(line));
  return lines
    .slice(Math.max(start, 0), end < 0 ? undefined : end)
    .join("\n")
    .trimEnd();
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
