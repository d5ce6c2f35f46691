import type { Stack } from "@pulumi/pulumi/automation";
import { parseStackConfig } from "../config";
import { ConfigError } from "../config/problems";
import type { StepContext } from "../progress/step";
import { activeVersion } from "../traffic/plan";
import type { EngineTarget } from "./engine";
import { evaluateProgram } from "../render/evaluate";
import { findClashes, findMissingSecrets } from "../preflight/clashes";
import type { Kubectl } from "../preflight/client";
import { keyOfManifest, withNamespace, type Manifest } from "../render/manifest";
import { waitUntilReady } from "../preflight/wait";

/**
 * Looks for what Pulumi doesn't: objects of others that would make the plan mean something else.
 *
 * @returns warnings.
 * @throws ConfigError for a plan that would not do what it says.
 */
export async function guardPlan(kubectl: Kubectl, target: EngineTarget, stack: Stack): Promise<string[]> {
  const manifests = await routingObjects(target);
  const first = await findClashes(kubectl, manifests, () => false);
  if (first.length > 0) {
    // Most stacks clash with nothing: only then it is worth asking Pulumi for all that the stack made.
    const owned = await ownedKeys(stack);
    const clashes = await findClashes(kubectl, manifests, (key) => owned.has(key));
    if (clashes.length > 0) throw new ConfigError(clashes);
  }
  return findMissingSecrets(kubectl, manifests);
}

/**
 * Waits until the pods are ready that a blue-green stack will lead everybody to. Pulumi waits for a Deployment only where
 * it changes it, and would switch to one that broke in the meantime.
 *
 * @throws UserError where they don't become ready.
 */
export async function waitForTarget(kubectl: Kubectl, target: EngineTarget, context: StepContext): Promise<void> {
  const { plan, workload, namespace } = parseStackConfig(target.config, target.cluster.profile);
  if (plan.strategy !== "blueGreen") return;
  const name = `${workload}-${activeVersion(plan)}`;
  const live = await kubectl.get("deployment", namespace, name);
  const wanted = (await routingObjects(target)).find(
    ({ kind, metadata }) => kind === "Deployment" && metadata.name === name,
  );
  // One that this update changes is awaited by Pulumi itself, and may be mended by it.
  if (live && wanted && imageOf(live) === imageOf(wanted) && replicasOf(live) === replicasOf(wanted))
    await waitUntilReady(kubectl, [live], context);
}

const routingKinds = ["Service", "Ingress", "Deployment", "GatewayClass", "Gateway", "HTTPRoute", "VirtualService"];

/** The stack's objects that lead users, as the program has them; charts have none of them. */
async function routingObjects({ stack, config, cluster }: EngineTarget): Promise<Manifest[]> {
  const { resources } = await evaluateProgram({ stack, config, profileFile: cluster.profileFile });
  return resources
    .map(({ inputs }) => inputs as unknown as Manifest)
    .filter(({ kind }) => routingKinds.includes(kind))
    .map((manifest) => withNamespace(manifest, "default"));
}

async function ownedKeys(stack: Stack): Promise<Set<string>> {
  const { deployment } = (await stack.exportStack()) as {
    deployment: { resources?: { type: string; inputs?: Manifest }[] } | undefined;
  };
  const manifests = (deployment?.resources ?? []).flatMap(({ type, inputs }) =>
    type.startsWith("kubernetes:") && inputs?.kind !== undefined ? [withNamespace(inputs, "default")] : [],
  );
  return new Set(manifests.map((manifest) => keyOfManifest(manifest)));
}

interface DeploymentSpec {
  readonly replicas?: number;
  readonly template?: { readonly spec?: { readonly containers?: readonly { readonly image?: string }[] } };
}

function imageOf({ spec }: Manifest): string | undefined {
  return (spec as DeploymentSpec | undefined)?.template?.spec?.containers?.[0]?.image;
}

function replicasOf({ spec }: Manifest): number | undefined {
  return (spec as DeploymentSpec | undefined)?.replicas;
}
