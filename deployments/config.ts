import { keysOfSchema, parseWith } from "../config/parse";
import { ConfigError, type Problem } from "../config/problems";
import { UserError } from "../progress/user-error";
import { contradictions } from "./config/contradictions";
import { deploymentsSchema, type DeploymentsConfig } from "./config/schema";

/** The namespace of this project's keys: its name, so that `pulumi config set` needs none. */
const namespace = "sluice-deployments";

/** Keys whose values are maps; Pulumi hands them to a program as JSON. */
const structuredKeys = new Set(["stacks", "webhook", "policies"]);

/** Thrown for config that can't be used; carries every problem found. */
export class DeploymentsConfigError extends UserError {
  override readonly name = "DeploymentsConfigError";
  override readonly code = "SLUICE1105";

  constructor(readonly problems: readonly Problem[]) {
    super(problems.map(describe).join("\n"));
  }
}

/** Whether a value must not stand in a message: logs are read by more people than config. */
function isSecret(key: string): boolean {
  return key === "webhook" || key.startsWith("webhook.");
}

function describe({ key, value, allowed }: Problem): string {
  const shown = isSecret(key) ? "[secret]" : JSON.stringify(value);
  return `${namespace}:${key} is ${value === undefined ? "missing" : shown}: it ${allowed}`;
}

/**
 * Checks this project's raw config and makes one typed object of it.
 *
 * @param raw values by full key, as `pulumi.runtime.allConfig()` has them. Other namespaces' keys are left to their readers.
 * @throws DeploymentsConfigError with every problem, each with key, value and what is allowed.
 */
export function parseDeploymentsConfig(raw: Readonly<Record<string, unknown>>): DeploymentsConfig {
  const config = checkKeys(ownValues(raw));
  const problems = contradictions(config);
  if (problems.length > 0) throw new DeploymentsConfigError(problems);
  return config;
}

function checkKeys(values: Readonly<Record<string, unknown>>): DeploymentsConfig {
  try {
    return parseWith(deploymentsSchema, values, (path) => keysOfSchema(deploymentsSchema, path));
  } catch (error) {
    throw error instanceof ConfigError ? new DeploymentsConfigError(error.problems) : error;
  }
}

function ownValues(raw: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const prefix = `${namespace}:`;
  return Object.fromEntries(
    Object.entries(raw)
      .filter(([key]) => key.startsWith(prefix))
      .map(([key, value]) => [key.slice(prefix.length), readJson(key.slice(prefix.length), value)]),
  );
}

function readJson(key: string, value: unknown): unknown {
  if (!structuredKeys.has(key) || typeof value !== "string") return value;
  try {
    return JSON.parse(value) as unknown;
  } catch {
    return value;
  }
}
