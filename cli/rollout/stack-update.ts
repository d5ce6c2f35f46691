import { readFileSync, writeFileSync } from "node:fs";
import type { ClusterApi } from "../../cluster/api";
import { firstLine, isRetryable } from "../../cluster/errors";
import { parseStackConfig } from "../../config";
import { ownValues } from "../../config/own-values";
import { ConfigError } from "../../config/problems";
import type { TrafficValues } from "../../config/traffic-values";
import type { Preview, StackOutputs, UpdateOptions } from "../../engine/engine";
import { PulumiError } from "../../engine/failures";
import { PolicyError, demandAllowed } from "../../engine/policy/violation";
import { stackOfText } from "../../engine/stack-file";
import type { StepContext } from "../../progress/step";
import { UserError } from "../../progress/user-error";
import { UpdateError } from "../../rollout/ports";
import { withTrafficValues } from "../change-stack";
import type { Session } from "../session";

/** How it is told whether the cluster answers, and did all the time. */
type ClusterAccess = {
  readonly objects: Pick<ClusterApi["objects"], "check">;
  readonly connection: Pick<ClusterApi["connection"], "hasFailedSince">;
};

/** What an update of the stack came to. */
export interface StackUpdate {
  readonly session: Session;
  readonly outputs: StackOutputs;
}

/**
 * Brings the stack to other values: writes its file, previews, holds it against the policies, applies.
 *
 * @param onPreview is shown what the update does before it is done.
 * @throws UpdateError where it does not go through; the file is as it was where nothing was changed.
 */
export async function updateStack(
  session: Session,
  cluster: ClusterAccess,
  values: TrafficValues,
  options: UpdateOptions,
  context: StepContext,
  onPreview: (preview: Preview) => void,
): Promise<StackUpdate> {
  const { file, stack } = session.file;
  const before = readFileSync(file, "utf8");
  let written = before;
  let isApplying = false;
  const since = performance.now();
  try {
    const after = withTrafficValues(before, onlyThere(values, stackOfText(before, file, stack).config));
    parseStackConfig(stackOfText(after, file, stack).config);
    if (after !== before) writeFileSync(file, (written = after));
    const changed = session.reread();
    const { outputs } = await changed.engine().up(context, {
      ...options,
      onPreview: (preview) => {
        onPreview(preview);
        demandAllowed(preview.violations);
        isApplying = true;
      },
    });
    return { session: changed, outputs };
  } catch (error) {
    // What somebody else has written meanwhile is theirs.
    if (!isApplying && readFileSync(file, "utf8") === written) writeFileSync(file, before);
    context.signal.throwIfAborted();
    throw await asUpdateError(error, isApplying, cluster, since);
  }
}

/** A version that the file does not have any more has no pods that could go. */
function onlyThere(values: TrafficValues, config: Readonly<Record<string, unknown>>): TrafficValues {
  const versions = (ownValues(config)["versions"] ?? {}) as Record<string, unknown>;
  const isThere = (path: string) => (/^versions\.(.+)\.replicas$/.exec(path)?.[1] ?? "") in versions;
  return Object.fromEntries(
    Object.entries(values).filter(([path, value]) => value !== 0 || isThere(path) || !path.startsWith("versions.")),
  );
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
  // A mistake of Sluice's own is no reason to call a canary bad, but users must be taken to safety all the same.
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
