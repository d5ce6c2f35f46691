import type { EngineEvent, PolicyEvent } from "@pulumi/pulumi/automation";
import { policies } from "../policies/policies";
import { PulumiError } from "./failures";
import { packConfigFile, packFolder, readPackConfig } from "./policy/pack";
import { mandatoryOf, objectOfUrn, type Violation } from "./policy/violation";

/** The pack for a run of Pulumi, and what it says meanwhile. */
export interface PolicyRun {
  /** The options that hand the pack to Pulumi. */
  readonly options: { readonly policyPacks: string[]; readonly policyPackConfigs: string[] };
  readonly violations: readonly Violation[];
  readonly onEvent: (event: EngineEvent) => void;
}

/**
 * Makes the pack ready for a run of Pulumi.
 *
 * @throws PackConfigError where its config can't be used: Pulumi itself would take a policy's misspelt name in silence.
 */
export function policyRun(environment: string, configFile = packConfigFile(environment)): PolicyRun {
  readPackConfig(configFile, policies);
  const violations: Violation[] = [];
  const onEvent = ({ policyEvent }: EngineEvent) => {
    const violation = policyEvent && violationOf(policyEvent);
    if (violation && !violations.some((known) => isSame(known, violation))) violations.push(violation);
  };
  return { options: { policyPacks: [packFolder], policyPackConfigs: [configFile] }, violations, onEvent };
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

function violationOf({ policyName, enforcementLevel, resourceUrn, message }: PolicyEvent): Violation {
  const text = message.replace(/<\{%.*?%\}>/g, "").trim();
  const description = policies.find(({ name }) => name === policyName)?.description ?? "";
  return {
    policy: policyName,
    level: enforcementLevel === "mandatory" ? "mandatory" : "advisory",
    object: objectOfUrn(resourceUrn),
    // The SDK puts the policy's description in front of what the policy says.
    message: text.startsWith(description) ? text.slice(description.length).trim() : text,
  };
}

/** The preview that is part of an update says the same as the update itself. */
function isSame(left: Violation, right: Violation): boolean {
  return left.policy === right.policy && left.object === right.object && left.message === right.message;
}
