import { isDeepStrictEqual } from "node:util";
import { parseStackConfig } from "../config";
import { describeRenamed } from "../config/renamed";
import { compileObjects } from "../render/compile";
import { evaluateProgram, type ProgramResource } from "../render/evaluate";
import { explainPlan } from "../traffic/explain";
import { changeOf } from "./changes";
import type { EngineTarget, Preview, StackOutputs } from "./engine";
import { guardPlan, objectsIn, type GuardedObjects } from "./guard";
import { checkPolicies } from "./policy/check";
import { planTarget, targetOf } from "./urn";

/** What an update in this process begins with. */
export interface InForce {
  /** The stack's config by full key. */
  readonly config: EngineTarget["config"];
  /** What its last update left. */
  readonly outputs: StackOutputs;
}

/** What an update would do, and what it would do it to. */
export interface TargetedPreview {
  readonly preview: Preview;
  /** All that differs, as patterns of `--target`. */
  readonly targets: readonly string[];
}

/**
 * Previews an update in this process: what the program makes of one config is compared with what it makes of the one in force.
 * Pulumi's CLI takes seconds for it, and compares with the state. Objects of charts, and what the cluster has besides the
 * stack, are not looked at for policies.
 *
 * @returns nothing if charts or other resources without an object of their own change: only Pulumi can tell what of them.
 * @throws ConfigError for a plan that would not do what it says, and any error of the program.
 */
export async function previewInProcess(
  api: GuardedObjects,
  target: Omit<EngineTarget, "rollout">,
  inForce: InForce,
  policyPackConfig?: string,
): Promise<TargetedPreview | undefined> {
  const { stack, config, cluster } = target;
  const lastOutputs = inForce.outputs;
  const evaluate = (config: EngineTarget["config"]) =>
    evaluateProgram({ stack, config, profileFile: cluster.profileFile, lastOutputs });
  const before = await evaluate(inForce.config);
  const { resources, outputs } = await evaluate(config);
  const steps = stepsBetween(before.resources, resources);
  const changes = steps.flatMap((step) => changeOf(step) ?? []);
  if (changes.length < steps.length) return undefined;
  const manifests = (await compileObjects(resources, () => Promise.resolve([]))).flat();
  const { plan, environment, renamed } = parseStackConfig(config, cluster.profile);
  const { violations } = await checkPolicies({ stack, manifests, outputs, lastOutputs }, environment, policyPackConfig);
  const unknown = () => Promise.reject(new Error("only Pulumi knows which objects are the stack's own"));
  const warnings = await guardPlan(api, target, unknown, objectsIn(resources));
  const preview = {
    changes,
    // Without the charts' objects, it would be less than Pulumi's.
    unchanged: 0,
    diff: "",
    warnings: [...renamed.map(describeRenamed), ...warnings],
    violations,
    trafficBefore: lastOutputs.traffic,
    trafficAfter: explainPlan(plan),
  };
  return { preview, targets: [planTarget, ...steps.map(({ urn }) => targetOf(urn))] };
}

type Step = Parameters<typeof changeOf>[0];

/** What Pulumi would do about each resource that is not the same. */
function stepsBetween(before: readonly ProgramResource[], after: readonly ProgramResource[]): Step[] {
  const [was, is] = [byUrn(before), byUrn(after)];
  return [...new Map([...was, ...is]).values()].flatMap(({ urn, type }): Step[] => {
    const [old, now] = [was.get(urn), is.get(urn)];
    if (!old || !now) return [{ op: old ? "delete" : "create", urn, type }];
    return isDeepStrictEqual(old.inputs, now.inputs) ? [] : [{ op: "update", urn, type }];
  });
}

function byUrn(resources: readonly ProgramResource[]): Map<string, ProgramResource> {
  return new Map(resources.map((resource) => [resource.urn, resource]));
}
