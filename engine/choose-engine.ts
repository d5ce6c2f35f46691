import { homedir } from "node:os";
import { join } from "node:path";
import { PulumiCommand } from "@pulumi/pulumi/automation";
import { execa } from "execa";
import { version as sdkVersion } from "@pulumi/pulumi/package.json";
import { UserError } from "../progress/user-error";

/** The engine that was chosen. */
export interface EngineChoice {
  readonly name: "pulumi" | "kubectl";
  /** One line for the user: what and why. */
  readonly reason: string;
  /** The Pulumi CLI, for the engine of that name. */
  readonly command?: PulumiCommand;
}

/** The version of the Pulumi CLI that is installed where there is none: the SDK's own. */
export const pinnedVersion = sdkVersion;

/** Seconds that the Pulumi CLI's download has to answer. */
const downloadTimeout = 4;

/**
 * Chooses what makes the objects real: a Pulumi CLI that is there, else one that can be installed, else kubectl.
 *
 * @param asked the user's choice, which is not changed.
 * @throws UserError where `pulumi` was asked for and can't be had.
 */
export async function chooseEngine(asked: "pulumi" | "kubectl" | "auto" = "auto"): Promise<EngineChoice> {
  if (asked === "kubectl") return { name: "kubectl", reason: "engine: kubectl, asked for by --engine" };
  const found = await findPulumi();
  if (found) return found;
  const failure = await whyNoDownload();
  if (failure === undefined) return install();
  if (asked === "pulumi")
    throw new UserError(
      `--engine pulumi: there is no pulumi on PATH or in ~/.pulumi/bin, and it can't be installed: ${failure}`,
    );
  return {
    name: "kubectl",
    reason: `engine: kubectl, as there is no pulumi on PATH or in ~/.pulumi/bin, and ${failure}`,
  };
}

async function findPulumi(): Promise<EngineChoice | undefined> {
  for (const [root, place] of [
    [undefined, "on PATH"],
    [join(homedir(), ".pulumi"), "in ~/.pulumi/bin"],
  ] as const) {
    const program = root === undefined ? "pulumi" : join(root, "bin", "pulumi");
    const version = await execa(program, ["version"], { reject: false, env: { PULUMI_SKIP_UPDATE_CHECK: "true" } });
    if (version.failed) continue;
    const command = await PulumiCommand.get({ root, skipVersionCheck: true });
    return { name: "pulumi", reason: `engine: pulumi ${version.stdout.trim()}, found ${place}`, command };
  }
  return undefined;
}

async function install(): Promise<EngineChoice> {
  const command = await PulumiCommand.install();
  return { name: "pulumi", reason: `engine: pulumi ${pinnedVersion}, installed into ~/.pulumi`, command };
}

/** Why the CLI can't be downloaded; nothing where its server answers. */
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
