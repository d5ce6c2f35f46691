import { homedir } from "node:os";
import { delimiter, join, resolve } from "node:path";
import type * as Automation from "@pulumi/pulumi/automation";
import { execa } from "execa";
import { parse, SemVer } from "semver";
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

/** A Pulumi CLI, as the Automation API takes one: its SDK takes longer to load than the CLI to tell its version. */
export type PulumiCommand = Pick<Automation.PulumiCommand, "command" | "version">;

/** How the CLI is run for a stack. */
export interface CliMeans {
  /** Gives the CLI, which may have to be installed first. */
  readonly command: (context: StepContext) => Promise<PulumiCommand>;
  /** The folder of a disposable cluster, where the stack's state lives and goes with it. */
  readonly folder?: string;
}

/** A Pulumi CLI of this machine, and where it was found. */
export interface FoundPulumi {
  readonly command: PulumiCommand;
  /** `pulumi 3.276.0, found on PATH`. */
  readonly description: string;
}

/**
 * Looks for a Pulumi CLI on PATH, in the Pulumi home, and where an earlier command installed or built one.
 *
 * @throws UserError if one is there that can't be used.
 */
export async function findPulumi(): Promise<FoundPulumi | undefined> {
  const home = process.env["PULUMI_HOME"] || join(homedir(), ".pulumi");
  for (const root of [undefined, home, installedRoot()]) {
    const place = root === undefined ? "on PATH" : `in ${join(root, "bin")}`;
    const command = await commandAt(root === undefined ? "pulumi" : resolve(root, "bin", "pulumi"), place);
    if (!command) continue;
    demandVersion(command.version, place);
    return { command, description: `pulumi ${command.version?.version}, found ${place}` };
  }
  const lab = labIfThere();
  const built = await lab?.builtPulumi();
  return lab === undefined || built === undefined
    ? undefined
    : { command: commandIn(lab, built), description: `pulumi ${pinnedVersion}, built from Go modules` };
}

/** The CLI at a path; nothing if there is none. */
async function commandAt(command: string, place: string): Promise<PulumiCommand | undefined> {
  const env = { PULUMI_SKIP_UPDATE_CHECK: "true" };
  const asked = await execa(command, ["version"], { env, stdin: "ignore", reject: false });
  if (asked.code === "ENOENT") return undefined;
  if (!asked.failed) return { command, version: parse(asked.stdout.trim()) };
  const complaint = (asked.stderr || asked.shortMessage || "").trim().split("\n").at(-1);
  throw new UserError(`the pulumi ${place} can't be run: ${complaint}; reinstall it or remove it`, "SLUICE1402");
}

/** The CLI that was built into a folder, which holds its plugins too. */
export function commandIn({ pulumiVariables }: typeof Lab, folder: string): PulumiCommand {
  process.env["PATH"] = [folder, process.env["PATH"]].join(delimiter);
  Object.assign(process.env, pulumiVariables(folder, process.env));
  return { command: "pulumi", version: new SemVer(pinnedVersion) };
}

/** The folder in which the Automation API installs the CLI. */
export function installedRoot(): string {
  return join(homedir(), ".pulumi", "versions", pinnedVersion);
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
