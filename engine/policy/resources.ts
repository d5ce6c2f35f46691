import type { PolicyResource, PolicyResourceOptions } from "@pulumi/policy";
import { referenceOf, type Manifest } from "../../render/manifest";

/** What the policies are shown of a stack. */
export interface PolicySubject {
  readonly stack: string;
  /** Every object of the stack, those of its charts too. */
  readonly manifests: readonly Manifest[];
  /** The stack's outputs as they will be. */
  readonly outputs: Readonly<Record<string, unknown>>;
  /** Its outputs after the last update; none before the first one. */
  readonly lastOutputs?: Readonly<Record<string, unknown>>;
}

const options = (additionalSecretOutputs: string[]): PolicyResourceOptions => ({
  protect: false,
  ignoreChanges: [],
  aliases: [],
  customTimeouts: { createSeconds: 0, updateSeconds: 0, deleteSeconds: 0 },
  additionalSecretOutputs,
});

/** A stack's resources as Pulumi's engine would show them to a policy pack: type tokens, URNs and properties alike. */
export function policyResources({ stack, manifests, outputs, lastOutputs }: PolicySubject): PolicyResource[] {
  const resource = (
    type: string,
    name: string,
    props: Readonly<Record<string, unknown>>,
    secretOutputs: string[] = [],
  ): PolicyResource => ({
    type,
    name,
    props,
    urn: `urn:pulumi:${stack}::sluice::${type}::${name}`,
    opts: options(secretOutputs),
    dependencies: [],
    propertyDependencies: {},
    isType: (resourceClass) => isTypeOf(type, resourceClass),
    asType: (resourceClass) => (isTypeOf(type, resourceClass) ? (props as never) : undefined),
  });
  const last = lastOutputs?.["plan"] && lastOutputs;
  return [
    resource("pulumi:pulumi:Stack", `sluice-${stack}`, outputs),
    // A component, which leaves no object behind.
    resource("sluice:release:Plan", "plan", { plan: outputs["plan"] }, last ? [JSON.stringify(last)] : []),
    ...manifests.map((manifest) => {
      const { apiVersion, kind, namespace, name } = referenceOf(manifest);
      const group = apiVersion.includes("/") ? apiVersion : `core/${apiVersion}`;
      return resource(`kubernetes:${group}:${kind}`, namespace === undefined ? name : `${namespace}/${name}`, manifest);
    }),
  ];
}

function isTypeOf(type: string, resourceClass: unknown): boolean {
  return (resourceClass as { __pulumiType?: string }).__pulumiType === type;
}
