import { readFileSync } from "node:fs";
import { objectsOfStack } from "../../render/render-stack";
import { checkPolicies } from "../../engine/policy/check";
import { mandatoryOf, PolicyError } from "../../engine/policy/violation";
import { refuseEncrypted, stackOfText } from "../../engine/stack-file";
import type { StepContext } from "../../progress/step";
import { UserError } from "../../progress/user-error";
import type { RolloutSpec, Routing } from "../../rollout/spec";
import { valuesFor } from "../../rollout/values";
import { withTrafficValues } from "../change-stack";
import type { Session } from "../session";

/**
 * Holds every step of a rollout against the policies before the first one is taken: one that would be refused in the
 * middle would leave the rollout no way but back. Each step is rendered in this process, without the cluster.
 *
 * @param policyPackConfig the policies' levels and limits instead of the environment's.
 * @throws PolicyError for the first step that a mandatory policy refuses; ConfigError for one that can't be a plan.
 */
export async function foresee(
  session: Session,
  spec: RolloutSpec,
  policyPackConfig: string | undefined,
  context: StepContext,
): Promise<void> {
  const { stack, file, config } = session.file;
  // Only Pulumi can read encrypted values, and it holds each step against the policies as it comes.
  if (isEncrypted(config)) return;
  const { environment } = session.config();
  const { profileFile } = session.choice.cluster();
  let lastOutputs: Readonly<Record<string, unknown>> | undefined = await session.engine().outputs(context);
  let text = readFileSync(file, "utf8");
  for (const [routing, name] of wayOf(spec)) {
    text = withTrafficValues(text, valuesFor(spec, routing));
    const request = { stack, config: stackOfText(text, file, stack).config, profileFile, lastOutputs };
    const { manifests, outputs } = await objectsOfStack(request, context);
    const { violations } = await checkPolicies(
      { stack, manifests, outputs, lastOutputs },
      environment,
      policyPackConfig,
    );
    const refusals = mandatoryOf(violations);
    if (refusals.length > 0)
      throw new PolicyError(refusals.map((one) => ({ ...one, message: `${name} would be refused: ${one.message}` })));
    lastOutputs = outputs;
  }
}

function wayOf({ steps, strategy }: RolloutSpec): (readonly [Routing, string])[] {
  return [
    [{ kind: "trial", step: 0 }, "the canary before the first step"],
    ...steps.map((_, index) => [{ kind: "trial", step: index + 1 }, `step ${index + 1} of ${steps.length}`] as const),
    ...(strategy === "canary" ? [[{ kind: "promotion" }, "the promotion"] as const] : []),
    [{ kind: "promoted" }, strategy === "canary" ? "the end of the promotion" : "the switch"],
  ];
}

function isEncrypted(config: Readonly<Record<string, unknown>>): boolean {
  try {
    refuseEncrypted(config);
    return false;
  } catch (error) {
    if (error instanceof UserError) return true;
    throw error;
  }
}
