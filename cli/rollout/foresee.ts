import { objectsOfStack } from "../../render/render-stack";
import { checkPolicies } from "../../engine/policy/check";
import type { StackOutputs } from "../../engine/engine";
import { mandatoryOf, PolicyError } from "../../engine/policy/violation";
import type { StepContext } from "../../progress/step";
import { lastMove } from "../../rollout/moves";
import type { RolloutSpec, Routing } from "../../rollout/spec";
import { routedConfig, routedStack } from "../../rollout/stack";
import type { Session } from "../session";

/**
 * Checks the policies for every step before the first one: a step that failed in the
 * middle would force a rollback. Each step is rendered in this process, without the cluster.
 *
 * @param outputs what the stack's last update left.
 * @param policyPackConfig the policies' levels and limits instead of the environment's.
 * @throws PolicyError for the first step that a mandatory policy refuses; ConfigError for one that can't be a plan.
 */
export async function foresee(
  { file: { stack }, choice }: Pick<Session, "file" | "choice">,
  spec: RolloutSpec,
  outputs: StackOutputs | undefined,
  policyPackConfig: string | undefined,
  context: StepContext,
): Promise<void> {
  const { profileFile, profile } = choice.cluster();
  const { environment } = routedStack(spec, { kind: "stable" }, profile);
  let lastOutputs: Readonly<Record<string, unknown>> | undefined = outputs;
  for (const [routing, name] of wayOf(spec)) {
    const request = { stack, config: routedConfig(spec, routing), profileFile, lastOutputs };
    const { manifests, outputs: next } = await objectsOfStack(request, context);
    const { violations } = await checkPolicies(
      { stack, manifests, outputs: next, lastOutputs },
      environment,
      policyPackConfig,
    );
    const refusals = mandatoryOf(violations);
    if (refusals.length > 0)
      throw new PolicyError(refusals.map((one) => ({ ...one, message: `${name} would fail: ${one.message}` })));
    // Between two steps of a rollout there are checks.
    lastOutputs = { ...next, formerPlans: [] };
  }
}

function wayOf({ steps, strategy }: RolloutSpec): (readonly [Routing, string])[] {
  return [
    [{ kind: "trial", step: 0 }, "the canary before the first step"],
    ...steps.map((_, index) => [{ kind: "trial", step: index + 1 }, `step ${index + 1} of ${steps.length}`] as const),
    ...(strategy === "canary" ? [[{ kind: "promotion" }, "the promotion"] as const] : []),
    [{ kind: "promoted" }, strategy === "canary" ? "the end of the promotion" : `the ${lastMove({ strategy })}`],
  ];
}
