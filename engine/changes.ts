import type { StepEventMetadata } from "@pulumi/pulumi/automation";
import type { Change, ChangeKind } from "./engine";
import { describeUrn, isPatch } from "./urn";

const kinds: Readonly<Record<string, ChangeKind>> = {
  create: "create",
  update: "update",
  replace: "replace",
  delete: "delete",
};

const patchKinds: Readonly<Record<string, ChangeKind>> = { create: "update", update: "update", replace: "update" };

/** The change that a step makes to an object; nothing for steps that make none and for components. */
export function changeOf({ op, urn, type }: Pick<StepEventMetadata, "op" | "urn" | "type">): Change | undefined {
  // A patch belongs to an existing object, which stays when the patch is removed.
  const kind = isPatch(type) ? patchKinds[op] : kinds[op];
  const isObject = type.startsWith("kubernetes:") && !type.startsWith("kubernetes:helm.sh/");
  return kind && isObject ? { kind, object: describeUrn(urn) } : undefined;
}
