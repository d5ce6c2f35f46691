import type { ObjectsApi } from "../cluster/objects-api";
import { parseStackConfig, type StackConfig } from "../config";
import { ConfigError, type Problem } from "../config/problems";
import { asWritten } from "../config/renamed";
import { secondsToReady } from "../config/rollout";
import { runChecks } from "../preflight";
import { liveProblems } from "../preflight/live-workload";
import { readOnce, type LiveObjects } from "../preflight/live-objects";
import { waitForPods } from "../preflight/wait-for-pods";
import type { StepContext } from "../progress/step";
import { evaluateProgram, type ProgramResource } from "../render/evaluate";
import { keyOfManifest, withNamespace, type Manifest } from "../render/manifest";
import { activeVersion } from "../traffic/plan";
import type { EngineTarget } from "./engine";
import type { StateResource } from "./open-stack";

/** What is asked of a cluster before an update. */
export type GuardedObjects = LiveObjects & Pick<ObjectsApi, "listIn">;

/**
 * Looks for what Pulumi doesn't: objects of others that would make the plan mean something else, and objects that the API
 * server would refuse in the middle of an update.
 *
 * @param state gives the resources that the stack has.
 * @param manifests the stack's objects, if the program was evaluated already.
 * @returns warnings.
 * @throws ConfigError for a plan that would not do what it says.
 */
export async function guardPlan(
  api: GuardedObjects,
  target: EngineTarget,
  state: () => Promise<readonly StateResource<Manifest>[]>,
  manifests?: readonly Manifest[],
): Promise<string[]> {
  const situation = { manifests: manifests ?? (await programObjects(target)), live: readOnce(api) };
  let findings = await runChecks({ ...situation, isOwn: () => false });
  if (findings.problems.length > 0) {
    // Ask Pulumi for the stack's own objects only if there are clashes, because that takes time and most stacks have none.
    const owned = ownedKeys(await state());
    findings = await runChecks({ ...situation, isOwn: (key) => owned.has(key) });
  }
  const { refusals, warnings } = findings;
  const config = parseStackConfig(target.config, target.cluster.profile);
  const found = [...findings.problems, ...(await problemsOfLive(api, target.stack, config))];
  const problems = found.map((problem) => asWritten(problem, config.renamed));
  if (problems.length + refusals.length > 0) throw new ConfigError(problems, refusals);
  return [...warnings];
}

async function problemsOfLive(api: GuardedObjects, stack: string, config: StackConfig): Promise<readonly Problem[]> {
  return config.application ? liveProblems(api, config, config.application, stack) : [];
}

/**
 * Waits until the pods are ready that a blue-green stack will lead everybody to. Pulumi waits for a Deployment only if
 * it changes it, and would switch to one that broke in the meantime.
 *
 * @throws UserError if they don't become ready.
 */
export async function waitForTarget(
  api: Pick<ObjectsApi, "get" | "listIn">,
  target: EngineTarget,
  context: StepContext,
): Promise<void> {
  const { plan, workload, namespace, rollout } = parseStackConfig(target.config, target.cluster.profile);
  if (plan.strategy !== "blueGreen") return;
  const reference = {
    apiVersion: "apps/v1",
    kind: "Deployment",
    namespace,
    name: `${workload}-${activeVersion(plan)}`,
  };
  const live = await api.get(reference);
  const wanted = (await programObjects(target)).find(
    ({ kind, metadata }) => kind === reference.kind && metadata.name === reference.name,
  );
  // Pulumi itself waits for a Deployment that this update changes, and the update may repair it.
  if (live && wanted && imageOf(live) === imageOf(wanted) && replicasOf(live) === replicasOf(wanted))
    await waitForPods(api, reference, context, secondsToReady(rollout));
}

async function programObjects({ stack, config, cluster }: EngineTarget): Promise<Manifest[]> {
  return objectsIn((await evaluateProgram({ stack, config, profileFile: cluster.profileFile })).resources);
}

/** The stack's objects as its program has them; those of charts are rendered by the engine later. */
export function objectsIn(resources: readonly ProgramResource[]): Manifest[] {
  return resources
    .map(({ inputs }) => inputs as unknown as Manifest)
    .filter(({ apiVersion, kind }) => apiVersion !== undefined && kind !== undefined)
    .map((manifest) => withNamespace(manifest, "default"));
}

function ownedKeys(resources: readonly StateResource<Manifest>[]): Set<string> {
  const manifests = resources.flatMap(({ type, inputs }) =>
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
