import type { PolicyResource, PolicyResourceOptions } from "@pulumi/policy";
import { compareWith } from "../../traffic/compare-update";
import type { Identities } from "../../traffic/identity";
import type { TrafficPlan } from "../../traffic/plan";
import type { LastUpdate } from "../../traffic/previous-stable";
import { referenceOf, type Manifest } from "../../render/manifest";

/** A stack as the policies see it. */
export interface PolicySubject {
  readonly stack: string;
  /** Every object of the stack, those of its charts too. */
  readonly manifests: readonly Manifest[];
  /** The stack's outputs as they will be. */
  readonly outputs: Readonly<Record<string, unknown>>;
  /** Its outputs after the last update; none before the first one. */
  readonly lastOutputs?: Readonly<Record<string, unknown>>;
  /** How the plan undoes a finished rollout, as a sentence. */
  readonly undone?: string;
}

/** A resource as a policy sees it. */
export interface SeenByPolicies extends Pick<PolicyResource, "type" | "name" | "urn" | "props"> {
  readonly additionalSecretOutputs?: string[];
}

/** A resource as the SDK shows it to a policy pack. */
export function policyResource({ type, additionalSecretOutputs = [], ...seen }: SeenByPolicies): PolicyResource {
  return {
    ...seen,
    type,
    opts: { ...options, additionalSecretOutputs },
    dependencies: [],
    propertyDependencies: {},
    isType: (resourceClass) => isTypeOf(type, resourceClass),
    asType: (resourceClass) => (isTypeOf(type, resourceClass) ? (seen.props as never) : undefined),
  };
}

const options: Omit<PolicyResourceOptions, "additionalSecretOutputs"> = {
  protect: false,
  ignoreChanges: [],
  aliases: [],
  customTimeouts: { createSeconds: 0, updateSeconds: 0, deleteSeconds: 0 },
};

/** A stack's resources as Pulumi's engine would show them to a policy pack: type tokens, URNs and properties alike. */
export function policyResources({ stack, manifests, outputs, lastOutputs, undone }: PolicySubject): PolicyResource[] {
  const resource = (
    type: string,
    name: string,
    props: Readonly<Record<string, unknown>>,
    additionalSecretOutputs: string[] = [],
  ): PolicyResource =>
    policyResource({
      type,
      name,
      props,
      urn: `urn:pulumi:${stack}::sluice::${type}::${name}`,
      additionalSecretOutputs,
    });
  const last = lastOutputs as Partial<LastUpdate> | undefined;
  const { plan, versions } = outputs as { readonly plan: TrafficPlan; readonly versions: Identities };
  const compared = last?.plan && compareWith({ ...last, plan: last.plan }, plan, versions);
  return [
    resource("pulumi:pulumi:Stack", `sluice-${stack}`, outputs),
    // A component, which leaves no object behind.
    resource("sluice:release:Plan", "plan", { plan, undone }, compared ? [JSON.stringify(compared)] : []),
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
