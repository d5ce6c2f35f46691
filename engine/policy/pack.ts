import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { EnforcementLevel, Policy, PolicyPackConfig } from "@pulumi/policy";
import { Ajv, type ErrorObject } from "ajv";
import { isMap } from "../../values/is-map";
import { suggestion } from "../../values/nearest-name";
import { clipped, listed, shown } from "../../values/shown";
import { packageFolder } from "../../package-folder";
import type { CheckedPolicy } from "../../policies/support/governed";
import { PackConfigError } from "./violation";

/** The folder of the policy pack. */
export const packFolder = join(packageFolder, "policies");

/** How one policy is applied. */
export interface PolicySettings {
  readonly level: EnforcementLevel;
  /** The policy's own settings, defaults filled in. */
  readonly config: Readonly<Record<string, unknown>>;
}

/** How many characters of a key, and of the text about a value, are shown. */
const mostOfKey = 120;
const mostOfAllowed = 300;

const levels: readonly EnforcementLevel[] = ["advisory", "mandatory", "remediate", "disabled"];

/** The config of the pack for stacks of an environment. */
export function packConfigFile(environment: string): string {
  return join(packFolder, "config", `${environment}.json`);
}

/**
 * Reads a pack's config, as `--policy-pack-config` takes it, and checks it against the policies' schemas.
 *
 * @returns each policy's settings by its name.
 * @throws PackConfigError naming the file, the key, the value and what is allowed, for every problem.
 */
export function readPackConfig(file: string, policies: readonly Policy[]): Map<string, PolicySettings> {
  const given = readJson(file);
  const names = policies.map(({ name }) => name);
  const unknown = Object.keys(given)
    .filter((name) => name !== "all" && !names.includes(name))
    .map((name) => `${clipped(name, mostOfKey)} isn't a policy of the pack${suggestion(name, names)}`);
  const all = given["all"];
  const badLevel = all === undefined || isLevel(all) ? [] : [describe("all", all, `must be ${levels.join(", ")}`)];
  const problems = [...unknown, ...badLevel];
  const settings = policies.map((policy): [string, PolicySettings] => {
    const own = given[policy.name];
    const { enforcementLevel, ...values }: Record<string, unknown> = isMap(own) ? own : {};
    const level = isMap(own) ? enforcementLevel : own;
    if (level !== undefined && !isLevel(level))
      problems.push(describe(policy.name, level, `must be ${levels.join(", ")}, or an object with settings`));
    if (level === "remediate" && !("remediateResource" in policy))
      problems.push(describe(policy.name, level, `must be advisory, mandatory or disabled: the policy fixes nothing`));
    problems.push(...fillIn(policy, values));
    const chosen = level ?? all ?? policy.enforcementLevel ?? "mandatory";
    return [policy.name, { level: chosen as EnforcementLevel, config: values }];
  });
  if (problems.length > 0) throw new PackConfigError(listed(problems.map((problem) => `${file}: ${problem}`)));
  return new Map(settings);
}

// The schemas are the pack's own: checking them against the schema of schemas would take most of a second at each preview.
const ajv = new Ajv({
  useDefaults: true,
  allErrors: true,
  strict: false,
  verbose: true,
  validateSchema: false,
  meta: false,
});

/** Checks a policy's settings, and fills its defaults in. */
function fillIn({ name, configSchema, problems }: Policy & CheckedPolicy, values: Record<string, unknown>): string[] {
  const { properties = {}, required = [] } = configSchema ?? {};
  if (Object.keys(values).length === 0 && required.length === 0) {
    // Most policies have no settings: compiling a validator takes ten milliseconds at each preview.
    const defaults = Object.entries(properties).filter(([, property]) => property.default !== undefined);
    Object.assign(values, Object.fromEntries(defaults.map(([key, property]) => [key, property.default])));
    return [];
  }
  const validate = ajv.compile({ type: "object", properties, required, additionalProperties: false });
  if (validate(values)) return (problems?.(values) ?? []).map((problem) => `${name}.${problem}`);
  return (validate.errors ?? []).map((error) => problemOf(name, error));
}

function problemOf(
  policy: string,
  { instancePath, message, data, params, keyword, parentSchema }: ErrorObject,
): string {
  const path = [policy, ...instancePath.split("/").slice(1)].join(".");
  switch (keyword) {
    case "additionalProperties": {
      const key = String(params["additionalProperty"]);
      const known = Object.keys((parentSchema?.["properties"] ?? {}) as object);
      return `${clipped(`${path}.${key}`, mostOfKey)} isn't a setting of the policy${suggestion(key, known)}`;
    }
    case "required":
      return `${path}.${String(params["missingProperty"])} is missing: it must be set`;
    case "enum":
      return describe(path, data, `must be ${(params["allowedValues"] as string[]).join(", ")}`);
    case "pattern":
      return describe(path, data, `must be ${String(parentSchema?.["description"] ?? message)}`);
    default:
      return describe(path, data, message ?? keyword);
  }
}

function describe(key: string, value: unknown, allowed: string): string {
  return `${clipped(key, mostOfKey)} is ${shown(value)}: it ${clipped(allowed, mostOfAllowed)}`;
}

function isLevel(value: unknown): value is EnforcementLevel {
  return levels.includes(value as EnforcementLevel);
}

function readJson(file: string): PolicyPackConfig {
  try {
    const content = JSON.parse(readFileSync(file, "utf8")) as unknown;
    if (isMap(content)) return content as PolicyPackConfig;
  } catch (error) {
    const reason = clipped((error as Error).message, mostOfAllowed);
    throw new PackConfigError(`can't read the policies' config ${file}: ${reason}`);
  }
  throw new PackConfigError(`${file} isn't a config of a policy pack: it must be a JSON object of policies by name`);
}
