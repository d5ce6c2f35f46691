import type { StepEventMetadata } from "@pulumi/pulumi/automation";
import type { Change, ChangeKind } from "./engine";

const kinds: Readonly<Record<string, ChangeKind>> = {
  create: "create",
  update: "update",
  replace: "replace",
  delete: "delete",
};

/** The change that a step makes to an object; nothing for steps that make none and for components. */
export function changeOf({ op, urn, type }: Pick<StepEventMetadata, "op" | "urn" | "type">): Change | undefined {
  const kind = kinds[op];
  const isObject = type.startsWith("kubernetes:") && !type.startsWith("kubernetes:helm.sh/");
  return kind && isObject ? { kind, object: describeUrn(urn) } : undefined;
}

/** `Ingress nginx-canary` for `urn:pulumi:dev::sluice::…$kubernetes:networking.k8s.io/v1:Ingress::nginx-canary`. */
export function describeUrn(urn: string): string {
  const [, , types = "", name = ""] = urn.split("::");
  const kind = types.slice(types.lastIndexOf(":") + 1);
  // A chart's objects have the chart's name in front of their own.
  const ownName = types.includes("kubernetes:helm.sh/v4:Chart$") ? name.slice(name.indexOf(":") + 1) : name;
  return `${kind} ${ownName}`;
}
