import * as pulumi from "@pulumi/pulumi";
import type { EngineEvent, PolicyEvent, StepEventMetadata } from "@pulumi/pulumi/automation";
import type { PolicyResource } from "@pulumi/policy";
import { policies } from "../policies/policies";
import { PulumiError } from "./failures";
import { plainText } from "./plain-text";
import { packConfigFile, packFolder, readPackConfig } from "./policy/pack";
import { policyResource } from "./policy/resources";
import { validatePolicies } from "./policy/run";
import { mandatoryOf, objectOfUrn, type Violation } from "./policy/violation";
import { isPlan, planType } from "./urn";

/** The pack for a run of Pulumi, and its results. */
export interface PolicyRun {
  /** The options that hand the pack to Pulumi, which starts a process for it: only for policies that mend objects. */
  readonly options: { readonly policyPacks?: string[]; readonly policyPackConfigs?: string[] };
  /** Is called by the program, before it registers resources. */
  readonly watchProgram: () => void;
  readonly onEvent: (event: EngineEvent) => void;
  /** Checks what a preview has shown, in this process. */
  readonly check: () => Promise<void>;
  readonly violations: readonly Violation[];
}

/**
 * Makes the pack ready for a run of Pulumi.
 *
 * @throws PackConfigError if its config can't be used: Pulumi itself would silently accept a misspelt policy name.
 */
export function policyRun(environment: string, configFile = packConfigFile(environment)): PolicyRun {
  const settings = readPackConfig(configFile, policies);
  const isMending = [...settings.values()].some(({ level }) => level === "remediate");
  const violations: Violation[] = [];
  const add = (violation: Violation) => {
    if (!violations.some((known) => isSame(known, violation))) violations.push(violation);
  };
  const resources = new Map<string, PolicyResource>();
  let plan: PolicyResource | undefined;
  return {
    options: isMending ? { policyPacks: [packFolder], policyPackConfigs: [configFile] } : {},
    watchProgram: () => watchPlan((seen) => (plan = seen)),
    onEvent: ({ policyEvent, resourcePreEvent }) => {
      if (policyEvent) add(violationOf(policyEvent));
      const seen = resourcePreEvent && resourceOf(resourcePreEvent.metadata);
      if (seen) resources.set(seen.urn, seen);
    },
    check: async () => {
      if (isMending) return;
      const all = [...resources.values(), ...(plan ? [plan] : [])];
      const found = await validatePolicies(policies, settings, all);
      found.violations.forEach(add);
    },
    violations,
  };
}

/**
 * What a preview printed; if a policy stopped it, what it printed until then.
 *
 * @throws whatever else stopped it.
 */
export async function textUntilRefused(
  { violations }: PolicyRun,
  preview: () => Promise<{ readonly stdout: string }>,
): Promise<string> {
  try {
    return (await preview()).stdout;
  } catch (error) {
    if (mandatoryOf(violations).length > 0 && error instanceof PulumiError) return error.run.stdout;
    throw error;
  }
}

/** The plan is a secret to events, and what it is compared with is an option, of which they say nothing. */
function watchPlan(take: (plan: PolicyResource) => void): void {
  pulumi.runtime.registerStackTransformation(({ type, name, props: inputs, opts }) => {
    const { additionalSecretOutputs } = opts as pulumi.CustomResourceOptions;
    const urn = `::::${type}::${name}`;
    const show = (props: Record<string, unknown>) =>
      take(policyResource({ type, name, urn, props, additionalSecretOutputs }));
    if (type === planType) pulumi.output(inputs as Record<string, unknown>).apply(show);
    return undefined;
  });
}

/** A resource as a policy sees it; nothing for a resource that is removed. */
function resourceOf({ urn, type, new: state }: StepEventMetadata): PolicyResource | undefined {
  if (!state || isPlan(urn)) return undefined;
  const name = urn.split("::").slice(3).join("::");
  return policyResource({ type, name, urn, props: knownOnly(state.inputs as Record<string, unknown>) });
}

/** Has the name of the SDK's own error, by which policies recognize it. */
class UnknownValueError extends Error {}

/** The values of a preview; reading a value that only the update can tell throws, as in the SDK. */
function knownOnly<Value extends object>(values: Value): Value {
  return new Proxy(values, {
    get(target, key, receiver) {
      const value: unknown = Reflect.get(target, key, receiver);
      if (value === pulumi.runtime.unknownValue)
        throw new UnknownValueError(`${String(key)} is known once the update has been made`);
      return typeof value === "object" && value !== null ? knownOnly(value) : value;
    },
  });
}

function violationOf({ policyName, enforcementLevel, resourceUrn, message }: PolicyEvent): Violation {
  const text = plainText(message);
  const description = policies.find(({ name }) => name === policyName)?.description ?? "";
  return {
    policy: policyName,
    level: enforcementLevel === "mandatory" ? "mandatory" : "advisory",
    object: objectOfUrn(resourceUrn),
    // The SDK puts the policy's description before the message.
    message: text.startsWith(description) ? text.slice(description.length).trim() : text,
  };
}

/** An update's own preview reports the same as the update itself. */
function isSame(left: Violation, right: Violation): boolean {
  return left.policy === right.policy && left.object === right.object && left.message === right.message;
}
