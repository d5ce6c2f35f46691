import type { ClusterApi } from "../../cluster/api";
import { firstLine, isRetryable } from "../../cluster/errors";
import { ConfigError } from "../../config/problems";
import type { Preview, StackOutputs, UpdateOptions } from "../../engine/engine";
import { PulumiError } from "../../engine/failures";
import { PolicyError, demandAllowed } from "../../engine/policy/violation";
import { withRecordedFile } from "../../engine/recorded-file";
import type { StepContext } from "../../progress/step";
import { UserError } from "../../progress/user-error";
import { UpdateError } from "../../rollout/ports";
import type { Routing } from "../../rollout/spec";
import { routedConfig, trafficOf } from "../../rollout/stack";
import type { RolloutState } from "../../rollout/state";
import { completedSource } from "../../workloads/record";
import type { Session } from "../session";

/** How to find out whether the cluster answers, and answered all the time. */
type ClusterAccess = {
  readonly objects: Pick<ClusterApi["objects"], "check">;
  readonly connection: Pick<ClusterApi["connection"], "hasFailedSince">;
};

/**
 * Brings the stack to what a routing of a rollout says: previews, checks the policies, applies. The stack is the
 * rollout's own, as its record has it; the stack's file is neither asked nor written.
 *
 * @param onPreview is shown what the update does before it is done.
 * @throws UpdateError if it does not go through.
 */
export async function updateStack(
  session: Pick<Session, "file" | "engineFor">,
  cluster: ClusterAccess,
  state: RolloutState,
  routing: Routing,
  options: UpdateOptions,
  context: StepContext,
  onPreview: (preview: Preview) => void,
): Promise<StackOutputs> {
  let isApplying = false;
  const since = performance.now();
  try {
    const config = completedSource(routedConfig(state.spec, routing), session.file.config);
    return await withRecordedFile(config, session.file.file, async (file) => {
      const { outputs } = await session
        .engineFor({ config, file, rollout: { ...trafficOf(state), isDriver: true } })
        .up(context, {
          ...options,
          onPreview: (preview) => {
            onPreview(preview);
            demandAllowed(preview.violations);
            isApplying = true;
          },
        });
      return outputs;
    });
  } catch (error) {
    context.signal.throwIfAborted();
    throw await asUpdateError(error, isApplying, cluster, since);
  }
}

async function asUpdateError(
  error: unknown,
  isApplying: boolean,
  cluster: ClusterAccess,
  since: number,
): Promise<Error> {
  if (!(error instanceof Error)) return new Error(String(error));
  if (error instanceof PolicyError || error instanceof ConfigError) return new UpdateError("refused", error.message);
  if (await isAway(error, cluster, since)) return new UpdateError("unreachable", firstLine(error.message));
  // A bug in Sluice doesn't make the canary bad, but users must get off it anyway.
  if (!(error instanceof UserError)) return new UpdateError("failed", error.message);
  return new UpdateError(isApplying ? "failed" : "refused", error.message);
}

/**
 * True if the cluster did not answer, or answers no more, so that the update may be tried again. Of Pulumi's own failures there is but a text,
 * which may quote a pod's: the API server is asked instead, and may have been away for a part of the time.
 */
async function isAway(error: unknown, { objects, connection }: ClusterAccess, since: number): Promise<boolean> {
  if (isRetryable(error)) return true;
  if (!(error instanceof PulumiError)) return false;
  const asked = await objects.check().catch((failure: unknown) => failure);
  return isRetryable(asked) || connection.hasFailedSince(since);
}
