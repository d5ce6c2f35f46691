import pRetry from "p-retry";
import * as pulumi from "@pulumi/pulumi";

/** The function of Pulumi's engine that reads a stack's outputs. */
export const readStackOutputs = "pulumi:pulumi:readStackOutputs";

/** The function of Pulumi's engine that reads what a stack's resources came to. */
export const readStackResources = "pulumi:pulumi:readStackResourceOutputs";

interface StackResources {
  readonly outputs: Readonly<Record<string, { readonly type: string; readonly outputs: DeploymentState }>>;
}

interface DeploymentState {
  readonly metadata?: { readonly name?: string };
  readonly spec?: { readonly replicas?: number };
}

/**
 * The outputs of the stack's last update; empty before the first one.
 *
 * By the function behind `StackReference`, which as a resource would fill every preview with these outputs.
 */
export async function lastOutputs(): Promise<object> {
  const { outputs = {} } = await ask<{ outputs?: object }>(readStackOutputs, { name: thisStack() });
  return outputs;
}

/**
 * With how many pods the stack's last update left each Deployment, by its name; an update that broke off counts too.
 *
 * An autoscaler doesn't scale what has no pods, so these must be given a number when they are used again.
 */
export async function lastScales(): Promise<ReadonlyMap<string, number>> {
  // The engine can't read the resources of a stack that was never up.
  if (Object.keys(await lastOutputs()).length === 0) return new Map();
  const { outputs } = await ask<StackResources>(readStackResources, { stackName: thisStack() });
  const deployments = Object.values(outputs).filter(({ type }) => type === "kubernetes:apps/v1:Deployment");
  return new Map(deployments.map(({ outputs: { metadata, spec } }) => [metadata?.name ?? "", spec?.replicas ?? 1]));
}

/** The engine may be writing the file of the stack's state at the moment, which then can't be read. */
async function ask<T>(token: string, args: pulumi.Inputs): Promise<T> {
  return pRetry(async () => (await pulumi.runtime.invoke(token, args)) as T, {
    retries: 20,
    factor: 1,
    minTimeout: 100,
    shouldRetry: ({ error }) => error.message.includes("failed to load checkpoint"),
  });
}

function thisStack(): string {
  return [pulumi.getOrganization(), pulumi.getProject(), pulumi.getStack()].join("/");
}
