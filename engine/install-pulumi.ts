import { PulumiCommand } from "@pulumi/pulumi/automation";
import { SemVer } from "semver";
import { labIfThere } from "../cluster/lab-if-there";
import type { StepContext } from "../progress/step";
import { UserError } from "../progress/user-error";
import { commandIn, installedRoot, pinnedVersion, type FoundPulumi } from "./pulumi-command";

/** Seconds that the Pulumi CLI's download has to answer. */
const downloadTimeout = 4;

/** Installs the Pulumi CLI: by its download or, if that does not answer, by the lab's build from the Go modules it is made of. */
export async function installPulumi({ report, signal }: StepContext): Promise<FoundPulumi["command"]> {
  const failure = await whyNoDownload();
  if (failure !== undefined) {
    const missing = (also: string) =>
      new UserError(
        `pulumi is neither on PATH nor in ~/.pulumi/bin, ${failure}${also}: install Pulumi ${pinnedVersion} or later`,
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
