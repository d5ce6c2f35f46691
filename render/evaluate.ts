import * as pulumi from "@pulumi/pulumi";
import type { MockMonitor, MockResourceResult } from "@pulumi/pulumi/runtime/mocks";
import { profileVariable } from "../cluster/profile";
import { readStackOutputs, readStackResources } from "../components/own-stack";
import type { StackCluster } from "../record/ask-cluster";
import type { RolloutTraffic } from "../record/traffic";
import program = require("../index");

/** One resource that the program registered. */
export interface ProgramResource {
  readonly urn: string;
  /** The type token, for example `kubernetes:apps/v1:Deployment`. */
  readonly type: string;
  /** The logical name. */
  readonly name: string;
  /** The inputs, with every output resolved. */
  readonly inputs: Readonly<Record<string, unknown>>;
  /** The paths of inputs that count only when it is made: `spec.replicas`, where an autoscaler has it from then on. */
  readonly ignored: readonly string[];
  /** True if Pulumi refuses to delete it. */
  readonly isProtected: boolean;
  /** The resources that must be there before it, by URN; components count by their children. */
  readonly dependencies: readonly string[];
}

/** The result of a run of the program. */
export interface EvaluatedProgram {
  /** The resources and charts, other components left out, in the order in which they were registered. */
  readonly resources: readonly ProgramResource[];
  /** The stack's outputs. */
  readonly outputs: Readonly<Record<string, unknown>>;
}

/** A resource whose state the program reads. */
export interface ResourceState {
  readonly type: string;
  readonly name: string;
  readonly inputs: Record<string, unknown>;
  /** The identifier by which the program looks a resource up that it doesn't make itself. */
  readonly id?: string;
}

/** How a program is evaluated. */
export interface EvaluateOptions {
  readonly stack: string;
  /** Config values as a stack file has them, by full key. */
  readonly config: Readonly<Record<string, unknown>>;
  /** The file of the cluster's profile, which the program is told by its environment as under the CLI. */
  readonly profileFile?: string;
  /** The stack's outputs after its last update, which the program reads by a reference to itself. */
  readonly lastOutputs?: Readonly<Record<string, unknown>>;
  /** What the stack's resources came to in its last update, by URN, each with its type and outputs. */
  readonly lastResources?: Readonly<Record<string, { readonly type: string; readonly outputs: object }>>;
  /** The stack's last rollout; the program, which would ask a cluster, is told of none by default. */
  readonly rollout?: RolloutTraffic;
  /** Answers in place of the cluster; by default nothing does. */
  readonly demandPods?: StackCluster["demandPods"];
  /** What runs in place of Sluice's own program. */
  readonly run?: () => Promise<pulumi.Inputs>;
  /** The state that a resource comes to, for its outputs; its inputs by default. */
  readonly stateOf?: (resource: ResourceState) => Record<string, unknown> | Promise<Record<string, unknown>>;
}

/** The part of a `RegisterResourceRequest` that mocks are not told and an order needs. */
interface RegisterRequest {
  getType(): string;
  getName(): string;
  getCustom(): boolean;
  getRemote(): boolean;
  getDependenciesList(): string[];
  getIgnorechangesList(): string[];
  getProtect(): boolean;
}

/**
 * Runs the program in this process, its resources recorded by the SDK's mocks instead of made.
 *
 * One program runs at a time: the SDK keeps its settings in the process.
 *
 * @throws ConfigError and every other error that the program throws.
 */
export async function evaluateProgram({
  stack,
  config,
  profileFile,
  lastOutputs = {},
  lastResources = {},
  rollout,
  demandPods,
  run,
  stateOf,
}: EvaluateOptions): Promise<EvaluatedProgram> {
  const resources: ProgramResource[] = [];
  const inputsOf = new Map<string, Record<string, unknown>>();
  await pulumi.runtime.setMocks(
    {
      newResource: async ({ type, name, inputs, id }): Promise<MockResourceResult> => {
        const plain = withoutSecretMarks(inputs) as Record<string, unknown>;
        inputsOf.set(keyOf(type, name), plain);
        const state = (await stateOf?.({ type, name, inputs: plain, id: id || undefined })) ?? plain;
        return { id: id || name, state };
      },
      call: ({ token, inputs }) => {
        if (token === readStackOutputs) return { ...(inputs as object), outputs: lastOutputs };
        if (token === readStackResources) return { ...(inputs as object), outputs: lastResources };
        throw new Error(`the program calls ${token}, which only Pulumi can answer`);
      },
    },
    "sluice",
    stack,
    undefined,
    // Pulumi's default without an organization.
    "organization",
  );
  recordRegistrations(pulumi.runtime.getMonitor() as unknown as MockMonitor, (request, urn) => {
    if (!request.getCustom() && !request.getRemote()) return;
    const [type, name] = [request.getType(), request.getName()];
    const inputs = inputsOf.get(keyOf(type, name)) ?? {};
    const ignored = request.getIgnorechangesList();
    const [dependencies, isProtected] = [request.getDependenciesList(), request.getProtect()];
    resources.push({ urn, type, name, inputs, ignored, isProtected, dependencies });
  });
  pulumi.runtime.setAllConfig(asPulumiPasses(config));
  process.env[profileVariable] = profileFile ?? "";
  const cluster = { rollout: () => Promise.resolve(rollout), demandPods };
  const outputs = await runProgram(run ?? (() => program(cluster)));
  return { resources, outputs };
}

async function runProgram(run: () => Promise<pulumi.Inputs>): Promise<Record<string, unknown>> {
  // The SDK surfaces errors inside outputs as unhandled rejections, here as under the CLI.
  let fail: (reason: unknown) => void = () => undefined;
  const failed = new Promise<never>((_, reject) => (fail = reject));
  process.on("unhandledRejection", fail);
  try {
    const outputs = await Promise.race([run().then(resolveOutputs), failed]);
    await Promise.race([pulumi.runtime.disconnect(), failed]);
    return outputs;
  } finally {
    process.off("unhandledRejection", fail);
  }
}

async function resolveOutputs(outputs: pulumi.Inputs): Promise<Record<string, unknown>> {
  return new Promise((resolve) => pulumi.output(outputs).apply((plain) => resolve(plain as Record<string, unknown>)));
}

/** Mocks are told a resource's inputs but neither its URN nor what it depends on; the request that reaches the monitor has both. */
function recordRegistrations(monitor: MockMonitor, record: (request: RegisterRequest, urn: string) => void): void {
  const register = monitor.registerResource.bind(monitor);
  monitor.registerResource = (
    request: RegisterRequest,
    callback: (error: unknown, response: { getUrn(): string }) => void,
  ) =>
    register(request, (error: unknown, response: { getUrn(): string }) => {
      if (!error) record(request, response.getUrn());
      callback(error, response);
    });
}

/** Pulumi hands every config value to a program as a text; structured ones as JSON. */
function asPulumiPasses(config: Readonly<Record<string, unknown>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(config).map(([key, value]) => [key, typeof value === "string" ? value : JSON.stringify(value)]),
  );
}

/** The SDK wraps a secret input in a marked object; an engine that applies it needs the value. */
function withoutSecretMarks(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutSecretMarks);
  if (typeof value !== "object" || value === null) return value;
  const record = value as Record<string, unknown>;
  if (record[pulumi.runtime.specialSigKey] === pulumi.runtime.specialSecretSig)
    return withoutSecretMarks(record["value"]);
  return Object.fromEntries(Object.entries(record).map(([key, inner]) => [key, withoutSecretMarks(inner)]));
}

function keyOf(type: string, name: string): string {
  return `${type}::${name}`;
}
