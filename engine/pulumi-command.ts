import { homedir } from "node:os";
import { delimiter, join } from "node:path";
import { PulumiCommand } from "@pulumi/pulumi/automation";
import { SemVer } from "semver";
import { labIfThere } from "../cluster/lab-if-there";
import type * as Lab from "../lab";
import type { StepContext } from "../progress/step";
import { UserError } from "../progress/user-error";

/**
 * The Pulumi CLI that is installed if there is none. The SDK stays older: from 3.249 on it needs Node 22, while a CLI of
 * any version runs an older SDK's programs.
 */
export const pinnedVersion = "3.276.0";

/** The oldest CLI that can preview a program that looks up what it has yet to make (pulumi/pulumi#16395). */
export const oldestVersion = "3.274.0";

/** A Pulumi CLI of this machine, and where it was found. */
export interface FoundPulumi {
  readonly command: PulumiCommand;
  /** `pulumi 3.276.0, found on PATH`. */
  readonly description: string;
}

/** Seconds that the Pulumi CLI's download has to answer. */
const downloadTimeout = 4;

/**
 * Looks for a Pulumi CLI on PATH, in the Pulumi home, and where an earlier command installed or built one.
 *
 * @throws UserError if one is there that can't be used.
 */
export async function findPulumi(): Promise<FoundPulumi | undefined> {
  const home = process.env["PULUMI_HOME"] || join(homedir(), ".pulumi");
  for (const root of [undefined, home, installedRoot()]) {
    const place = root === undefined ? "on PATH" : `in ${join(root, "bin")}`;
    const command = await PulumiCommand.get({ root, skipVersionCheck: true }).catch((error: unknown) => {
      if (isMissing(error)) return undefined;
      throw new UserError(
        `the pulumi ${place} can't be run: ${complaintOf(error)}; reinstall it or remove it`,
        "SLUICE1402",
      );
    });
    if (!command) continue;
    demandVersion(command.version, place);
    return { command, description: `pulumi ${command.version?.version}, found ${place}` };
  }
  const lab = labIfThere();
  const built = await lab?.builtPulumi();
  return lab === undefined || built === undefined
    ? undefined
    : { command: await commandIn(lab, built), description: `pulumi ${pinnedVersion}, built from Go modules` };
}

/** The CLI in a folder that holds its plugins too. */
async function commandIn({ pulumiVariables }: typeof Lab, folder: string): Promise<PulumiCommand> {
  process.env["PATH"] = [folder, process.env["PATH"]].join(delimiter);
  Object.assign(process.env, pulumiVariables(folder, process.env));
  return PulumiCommand.get({ skipVersionCheck: true });
}

/** The folder in which the Automation API installs the CLI. */
function installedRoot(): string {
  return join(homedir(), ".pulumi", "versions", pinnedVersion);
}

/** Installs the Pulumi CLI: by its download or, if that does not answer, by the lab's build from the Go modules it is made of. */
export async function installPulumi({ report, signal }: StepContext): Promise<PulumiCommand> {
  const failure = await whyNoDownload();
  if (failure !== undefined) {
    const missing = (also: string) =>
      new UserError(
        `there is no pulumi on PATH or in ~/.pulumi/bin, ${failure}${also}: install Pulumi ${pinnedVersion} or later`,
        "SLUICE1402",
      );
    const lab = labIfThere();
    if (!lab) throw missing("");
    const folder = await lab.pulumiFolder(signal, report).catch((error: unknown) => {
      if (signal.aborted || !(error instanceof UserError)) throw error;
      throw missing(`, and it can't be built (${error.message})`);
    });
    return commandIn(lab, folder);
  }
  report(`installing pulumi ${pinnedVersion}`);
  return PulumiCommand.install({ version: new SemVer(pinnedVersion), root: installedRoot() });
}

function demandVersion(version: SemVer | null, place: string): void {
  if (!version)
    throw new UserError(
      `the pulumi ${place} is not Pulumi's CLI: \`pulumi version\` prints no version; remove it, or put Pulumi ${oldestVersion} or later before it`,
      "SLUICE1402",
    );
  if (version.compare(oldestVersion) < 0)
    throw new UserError(
      `the pulumi ${place} is ${version.version}, and Sluice needs ${oldestVersion} or later: upgrade it (https://www.pulumi.com/docs/install), or remove it to have Sluice install ${pinnedVersion}`,
      "SLUICE1402",
    );
}

/** The SDK reports a missing program with the error of its start. */
function isMissing(error: unknown): boolean {
  return error instanceof Error && /\bENOENT\b/.test(error.message);
}

/** The last line of what the SDK quotes from the program's stderr. */
function complaintOf(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  const [, stderr = text] = /stderr: ([\s\S]*?)(?:\n err\?|$)/.exec(text) ?? [];
  return stderr.trim().split("\n").at(-1) ?? "";
}

/** Why the CLI can't be downloaded; nothing if its server answers. */
async function whyNoDownload(): Promise<string | undefined> {
  try {
    await fetch("https://get.pulumi.com/install.sh", {
      method: "HEAD",
      signal: AbortSignal.timeout(downloadTimeout * 1000),
    });
    return undefined;
  } catch {
    return `its download did not answer within ${downloadTimeout} s`;
  }
}
