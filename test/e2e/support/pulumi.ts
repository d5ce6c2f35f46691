import { dirname, isAbsolute } from "node:path";
import { execa } from "execa";
import { installPulumi } from "../../../engine/install-pulumi";
import { findPulumi } from "../../../engine/pulumi-command";
import { packageFolder } from "../../../package-folder";

/** The environment by which `pulumi` is the CLI that Sluice uses: one that it installed may be on nobody's PATH. */
export async function pulumiEnvironment(): Promise<Record<string, string>> {
  const context = { report: () => undefined, signal: new AbortController().signal };
  const { command } = (await findPulumi())?.command ?? (await installPulumi(context));
  const folders = isAbsolute(command) ? [dirname(command)] : [];
  return { PATH: [...folders, process.env["PATH"]].join(":"), PULUMI_SKIP_UPDATE_CHECK: "true" };
}

/** Runs Pulumi's CLI as a user would, in the project's folder. */
export async function pulumi(args: readonly string[], env: Readonly<Record<string, string>>, cwd = packageFolder) {
  return execa("pulumi", [...args, "--non-interactive"], { cwd, env: { ...(await pulumiEnvironment()), ...env } });
}
