import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import type { MockMonitor } from "@pulumi/pulumi/runtime/mocks";
import program = require("../../../deployments/index");
import { DeploymentsConfigError, parseDeploymentsConfig } from "../../../deployments/config";
import type { Problem } from "../../../config/problems";

/** A resource that the deployments' program registered. */
export interface Registered {
  readonly type: string;
  readonly name: string;
  /** The inputs, secrets replaced by `secret:` and their value. */
  readonly inputs: Readonly<Record<string, unknown>>;
  readonly ignoreChanges: readonly string[];
  readonly dependencies: readonly string[];
}

/** The part of a request that mocks are not told. */
interface Request {
  getName(): string;
  getType(): string;
  getIgnorechangesList(): string[];
  getDependenciesList(): string[];
}

const environment = { kind: "environment", environment: "sluice/dev" };

/** The smallest config: a stack of each kind, by keys without their namespace. */
export function smallConfig(changes: Record<string, unknown> = {}): Record<string, unknown> {
  const config = {
    organization: "acme",
    repository: "acme/sluice",
    stacks: {
      dev: { kind: "development", credentials: environment },
      prod: { kind: "production", credentials: { ...environment, environment: "sluice/prod" } },
      pr: { kind: "template", credentials: environment },
      "pr-17": { kind: "review", credentials: environment, ttlHours: 48 },
    },
    ...changes,
  };
  return Object.fromEntries(Object.entries(config).filter(([, value]) => value !== undefined));
}

/** A config with one stack. */
export function oneStack(name: string, settings: Record<string, unknown>): Record<string, unknown> {
  return smallConfig({ stacks: { [name]: { credentials: environment, ...settings } } });
}

/** The same keys as Pulumi hands them to a program. */
export function asPulumiPasses(config: Record<string, unknown>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(config).map(([key, value]) => [
      `sluice-deployments:${key}`,
      typeof value === "string" ? value : JSON.stringify(value),
    ]),
  );
}

/** Runs the deployments' program under mocks. */
export async function runDeployments(config: Record<string, unknown>): Promise<readonly Registered[]> {
  const inputs = new Map<string, Record<string, unknown>>();
  const registered: Registered[] = [];
  await pulumi.runtime.setMocks(
    {
      newResource: (args) => {
        inputs.set(`${args.type} ${args.name}`, withoutSecretMarks(args.inputs) as Record<string, unknown>);
        return { id: args.name, state: args.inputs as Record<string, unknown> };
      },
      call: ({ token }) => {
        throw new Error(`the program calls ${token}`);
      },
    },
    "sluice-deployments",
    "test",
  );
  const monitor = pulumi.runtime.getMonitor() as unknown as MockMonitor;
  const register = monitor.registerResource.bind(monitor);
  monitor.registerResource = (request: Request, callback: (error: unknown, response: unknown) => void) =>
    register(request, (error: unknown, response: unknown) => {
      const [type, name] = [request.getType(), request.getName()];
      registered.push({
        type,
        name,
        inputs: inputs.get(`${type} ${name}`) ?? {},
        ignoreChanges: request.getIgnorechangesList(),
        dependencies: request.getDependenciesList(),
      });
      callback(error, response);
    });
  pulumi.runtime.setAllConfig(asPulumiPasses(config));
  const outputs = program();
  await new Promise((resolve) => pulumi.output(outputs).apply(resolve));
  await pulumi.runtime.disconnect();
  return registered;
}

/** The only resource of a type and, where one is given, of a name; fails where there is another number of them. */
export function only(resources: readonly Registered[], type: string, name?: string): Registered {
  const found = resources.filter((one) => one.type.endsWith(`:${type}`) && (name === undefined || one.name === name));
  assert.equal(found.length, 1, `${found.length} resources ${type} ${name ?? ""}`);
  return found[0] ?? assert.fail();
}

/** The names of the resources of a type. */
export function namesOf(resources: readonly Registered[], type: string): string[] {
  return resources
    .filter((one) => one.type.endsWith(`:${type}`))
    .map(({ name }) => name)
    .sort();
}

/** The problems of a config; fails where it has none. */
export function problemsOf(config: Record<string, unknown>): readonly Problem[] {
  try {
    parseDeploymentsConfig(asPulumiPasses(config));
  } catch (error) {
    assert.ok(error instanceof DeploymentsConfigError, `not a DeploymentsConfigError: ${String(error)}`);
    return error.problems;
  }
  return assert.fail("no problem");
}

function withoutSecretMarks(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutSecretMarks);
  if (typeof value !== "object" || value === null) return value;
  const record = value as Record<string, unknown>;
  if (record[pulumi.runtime.specialSigKey] === pulumi.runtime.specialSecretSig)
    return `secret:${String(record["value"])}`;
  return Object.fromEntries(Object.entries(record).map(([key, inner]) => [key, withoutSecretMarks(inner)]));
}
