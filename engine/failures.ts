import { UserError } from "../progress/user-error";
import { describeUrn } from "./urn";

/** The output of a failed run of the CLI. */
export interface FailedRun {
  readonly stdout: string;
  readonly stderr: string;
}

/** Thrown if a run of the CLI failed; its message is what a user should know. */
export class PulumiError extends UserError {
  override readonly name: string = "PulumiError";
  override readonly code = "SLUICE1401";

  constructor(
    readonly run: FailedRun,
    stack: string,
    backend?: string,
  ) {
    super(explainFailure(run, stack, backend));
  }
}

/** True if the backend has no such stack. */
export function isUnknownStack(error: unknown): boolean {
  return error instanceof PulumiError && /no stack named '.*' found/.test(error.run.stderr);
}

type Explanation = (match: RegExpExecArray, stack: string, backend: string | undefined) => string;

/** The CLI's messages, and what to do about each. */
const known: readonly (readonly [pattern: RegExp, explain: Explanation])[] = [
  [
    /currently locked by \d+ lock\(s\)[\s\S]*?created by (\S+) \(pid (\d+)\) at (\S+)/,
    ([, holder, pid, since], stack, backend) =>
      `the stack ${stack} is locked by ${holder} (process ${pid}) since ${since}: wait until that update has ended or, ` +
      `if the process is gone, free the stack with ${cancelCommand(stack, backend)}`,
  ],
  [
    /(?:\[409\] )?Conflict: Another update is currently in progress/,
    (_, stack, backend) =>
      `the stack ${stack} is locked by another update: wait until it has ended or, if it was killed, free the stack with ${cancelCommand(stack, backend)}`,
  ],
  [
    /incorrect passphrase/,
    (_, stack) =>
      `the passphrase of the stack ${stack} is wrong: set PULUMI_CONFIG_PASSPHRASE or PULUMI_CONFIG_PASSPHRASE_FILE to the one that its secrets were encrypted with`,
  ],
  [
    /passphrase must be set/,
    (_, stack) =>
      `the stack ${stack} has secrets and no passphrase was given: set PULUMI_CONFIG_PASSPHRASE or PULUMI_CONFIG_PASSPHRASE_FILE`,
  ],
  [
    /unable to open state directory "([^"]*)": (?:\S+ \S+: )?(.*)/,
    ([, place, reason]) =>
      `the state backend ${place} can't be read (${reason}): set PULUMI_BACKEND_URL or run pulumi login`,
  ],
  [
    /PULUMI_ACCESS_TOKEN must be set for login/,
    () =>
      "nobody is logged in to the state backend: set PULUMI_ACCESS_TOKEN, or run pulumi login --local to keep state in files",
  ],
  [
    /performing HTTP request: \w+ "(https?:\/\/[^/"]+)[^"]*": (.*)/,
    ([, place, reason]) =>
      `the state backend ${place} does not answer (${reason}): check the network, PULUMI_BACKEND_URL and pulumi whoami`,
  ],
  [
    /(?:read|list|open) "?\.pulumi[^\n]*?blob [^\n]*?((?:dial|lookup|StatusCode|operation error)[^\n]*)/,
    ([, reason]) => `the state backend can't be read (${reason}): check PULUMI_BACKEND_URL and its credentials`,
  ],
  [
    /resource plugin 'pulumi-resource-([\w-]+)'[^\n]*?version (v?\d[\w.+-]*)/,
    ([, plugin, version]) =>
      `Pulumi's plugin ${plugin} ${version} is missing and can't be downloaded: run pulumi plugin install resource ${plugin} ${version}`,
  ],
  [
    /resource plugin ([\w-]+) is expected to have version (>=\S+), but has (\S+);/,
    ([, plugin, wanted, found]) =>
      `Pulumi's plugin ${plugin} is ${found}, and ${wanted} is needed: remove pulumi-resource-${plugin} from PATH, or upgrade it`,
  ],
  [
    /Chart resource '([^']+)' has a problem: ([^\n]*)/,
    ([, chart, reason]) =>
      `the chart ${chart} can't be fetched (${reason}): check its chart, repository and version in the stack's config, and the network`,
  ],
  [
    /resource "([^"]+)"\s+(?:cannot be deleted|as it is currently marked for protection)|unable to replace resource "([^"]+)"/,
    ([, deleted, replaced], stack) => whyProtected(describeUrn(deleted ?? replaced ?? ""), stack),
  ],
  [
    /failed calling webhook "([^"]+)"[\s\S]*?service "([^"]+)" not found/,
    ([, webhook, service]) =>
      `the webhook ${webhook} exists but its Service ${service} doesn't, as after an interrupted update: delete the ` +
      "webhook's configuration with kubectl delete validatingwebhookconfiguration, run pulumi refresh, then this command again",
  ],
  [
    /conflict with "([^"]+)"[^:\n]*: (\S+)/,
    ([, manager, field]) =>
      `${manager} has set ${field}, which the stack sets to another value: pass --force-conflicts to overwrite it`,
  ],
];

/** The message for a failed run: one line if the cause is known, else the CLI's output. */
export function explainFailure({ stdout, stderr }: FailedRun, stack: string, backend?: string): string {
  const text = `${stderr}\n${stdout}`;
  for (const [pattern, explain] of known) {
    const match = pattern.exec(text);
    if (match) return explain(match, stack, backend);
  }
  const diagnostics = /^Diagnostics:[\s\S]*/m.exec(stdout)?.[0];
  // The rest of stdout is the diff of everything before the failure.
  return ["pulumi failed", stderr.trim(), (diagnostics ?? (stderr ? "" : stdout)).trim()].filter(Boolean).join(": ");
}

/** Why an object can't be deleted, and what to do to delete it anyway. */
export function whyProtected(object: string, stack: string): string {
  return (
    `the stack ${stack} protects ${object}, because all of its routes depend on it; ` +
    `to remove it, run pulumi state unprotect --all --yes --stack ${stack}, then this command again`
  );
}

function cancelCommand(stack: string, backend: string | undefined): string {
  return `${backend === undefined ? "" : `PULUMI_BACKEND_URL=${backend} `}pulumi cancel --yes --stack ${stack}`;
}
