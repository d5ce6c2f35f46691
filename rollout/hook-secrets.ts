import type { AlertConfig, WebhookConfig } from "../config/rollout-hooks";
import type { ProbeConfig } from "../config/probe";
import type { MetricConfig } from "../config/rollout-metrics";
import { awsVariables } from "../config/web-metric";
import { ConfigError, type Problem } from "../config/problems";

/** The parts of a rollout's settings that read environment variables. */
export interface HookConfigs {
  readonly probe?: Pick<ProbeConfig, "headerVariables">;
  readonly metrics?: readonly Pick<MetricConfig, "web">[];
  readonly webhooks?: readonly Pick<WebhookConfig, "secretVariable">[];
  readonly alerts?: readonly Pick<AlertConfig, "type" | "urlVariable" | "secretVariable">[];
}

/**
 * Refuses webhooks and alerts whose secrets are not at hand, before anything changes.
 *
 * @throws ConfigError with every variable that is missing, or that holds no address where it must; never with a value.
 */
export function checkHookSecrets(configs: HookConfigs, environment: NodeJS.ProcessEnv): void {
  const problems = hookSecretProblems(configs, environment);
  if (problems.length > 0) throw new ConfigError(problems);
}

/** What {@link checkHookSecrets} finds, for a list with other problems. */
export function hookSecretProblems(
  { probe, metrics = [], webhooks = [], alerts = [] }: HookConfigs,
  environment: NodeJS.ProcessEnv,
): Problem[] {
  const missing = (key: string, variable: string | undefined, purpose: string): Problem[] =>
    variable === undefined || secretOf(variable, environment) !== undefined
      ? []
      : [
          {
            key,
            value: variable,
            allowed: `must name an environment variable that is set: set ${variable} to ${purpose}`,
          },
        ];
  const missingHeaders = (key: string, variables: Readonly<Record<string, string>> = {}): Problem[] =>
    Object.entries(variables).flatMap(([header, variable]) =>
      missing(`${key}.headerVariables.${header}`, variable, `the value of the header ${header}`),
    );
  return [
    ...missingHeaders("rollout.probe", probe?.headerVariables),
    ...metrics.flatMap(({ web }, index) => [
      ...missingHeaders(`rollout.metrics.${index}.web`, web?.headerVariables),
      ...(web?.aws ? awsVariables : []).flatMap((variable) => missingForAws(index, variable, environment)),
    ]),
    ...webhooks.flatMap(({ secretVariable }, index) =>
      missing(`rollout.webhooks.${index}.secretVariable`, secretVariable, "the secret that signs the body"),
    ),
    ...alerts.flatMap(({ type, urlVariable, secretVariable }, index) => [
      ...missing(`rollout.alerts.${index}.urlVariable`, urlVariable, `the address that the ${type} alert goes to`),
      ...noAddress(`rollout.alerts.${index}.urlVariable`, urlVariable, environment),
      ...missing(`rollout.alerts.${index}.secretVariable`, secretVariable, "the secret that signs the alert"),
    ]),
  ];
}

function missingForAws(index: number, variable: string, environment: NodeJS.ProcessEnv): Problem[] {
  if (secretOf(variable, environment) !== undefined) return [];
  const allowed = `needs ${variable} in the environment: set it, for example by \`aws configure export-credentials --format env\``;
  return [{ key: `rollout.metrics.${index}.web.aws`, value: undefined, allowed }];
}

function noAddress(key: string, variable: string | undefined, environment: NodeJS.ProcessEnv): Problem[] {
  const text = secretOf(variable, environment);
  if (text === undefined || httpAddress(text) !== undefined) return [];
  return [
    {
      key,
      value: variable,
      allowed:
        "must name an environment variable that holds an http or https URL; this one holds something else (not shown, as it may be a secret)",
    },
  ];
}

/** A variable's value; an empty one counts as missing, as an empty secret signs nothing. */
export function secretOf(variable: string | undefined, environment: NodeJS.ProcessEnv): string | undefined {
  const value = variable === undefined ? undefined : environment[variable];
  return value === "" ? undefined : value;
}

/** Parses an http or https URL; nothing if the text is something else. */
export function httpAddress(text: string): URL | undefined {
  if (!URL.canParse(text)) return undefined;
  const url = new URL(text);
  return ["http:", "https:"].includes(url.protocol) ? url : undefined;
}

/** A secret that a variable of the environment holds. @throws what `missing` makes if it holds none. */
export function demandSecret(variable: string, environment: NodeJS.ProcessEnv, missing: () => Error): string {
  const secret = secretOf(variable, environment);
  if (secret === undefined) throw missing();
  return secret;
}

/** Headers by their names, with the secrets that their variables hold. */
export function secretHeaders(
  headerVariables: Readonly<Record<string, string>>,
  secretFor: (variable: string) => string,
): Record<string, string> {
  return Object.fromEntries(Object.entries(headerVariables).map(([name, variable]) => [name, secretFor(variable)]));
}
