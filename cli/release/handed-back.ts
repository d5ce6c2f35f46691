import type { Manifest } from "../../render/manifest";
import { mergePatchBetween } from "../../routers/merge-patch";
import type { Application, Deployment, PodTemplate } from "../../kubernetes/application";
import type { VersionConfig } from "../../config/versions";
import { isDeployment } from "../../workloads/find";
import { asApplied } from "../../workloads/live-objects";
import { nameOf } from "../../workloads/names";
import { podsOfVersion } from "../../workloads/versions";

/**
 * What gives a live Deployment the pods of a promoted version, as a JSON merge patch; nothing if it has them.
 *
 * @param live the Deployment as the API server has it.
 * @param serving how many pods serve users now: the live one has no fewer afterwards, unless an autoscaler counts them.
 */
export function promotionPatch(
  application: Application,
  version: VersionConfig,
  live: Manifest,
  serving: number | undefined,
): Readonly<Record<string, unknown>> | undefined {
  const [now] = asApplied([live], nameOf(application.workload)).filter(isDeployment);
  if (!now) return undefined;
  const template = mergePatchBetween(asMap(now.spec.template), asMap(podsOfVersion(application, version)));
  const isShort = application.autoscalers.length === 0 && serving !== undefined && serving > replicasOf(now);
  if (!template && !isShort) return undefined;
  return { spec: { ...(template && { template }), ...(isShort && { replicas: serving }) } };
}

function asMap(template: PodTemplate): Readonly<Record<string, unknown>> {
  return template as unknown as Readonly<Record<string, unknown>>;
}

function replicasOf({ spec }: Deployment): number {
  return spec.replicas ?? 1;
}

interface Field {
  readonly manager?: string;
  readonly operation?: string;
}

/**
 * What takes Pulumi's name off a live Service, as a JSON merge patch: the fields stay as they are, and belong to the others
 * who have applied them. Nothing if Pulumi has no part in it.
 */
export function disownedPatch({ metadata }: Manifest): Readonly<Record<string, unknown>> | undefined {
  const fields = (metadata["managedFields"] ?? []) as readonly Field[];
  const others = fields.filter(
    ({ manager = "", operation }) => operation !== "Apply" || !manager.startsWith("pulumi-"),
  );
  if (others.length === fields.length) return undefined;
  const annotations = { "pulumi.com/patchForce": null, "pulumi.com/skipAwait": null };
  return { metadata: { managedFields: others, annotations, resourceVersion: metadata["resourceVersion"] } };
}
