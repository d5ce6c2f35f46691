import { existsSync } from "node:fs";
import { join } from "node:path";
import { execa } from "execa";
import type { Manifest } from "../../../render/manifest";
import { cacheDirectory } from "../../../lab/cache";
import { istioctlModule } from "../../../lab/modules";
import { goVersion, moduleKey } from "../../../lab/programs";
import { onPath } from "../../../sources/find-program";
import { istioctlProgram } from "../../../lab/tools";

/** Why istioctl can't be asked; nothing where it can. It is not built for this, which takes minutes. */
export async function whyNoIstioctl(): Promise<string | undefined> {
  if (onPath("istioctl") !== undefined) return undefined;
  const isBuilt = existsSync(join(cacheDirectory(), await moduleKey(istioctlModule, await goVersion())));
  return isBuilt ? undefined : "istioctl is neither on PATH nor in the lab's cache";
}

/** What `istioctl analyze` finds in objects by themselves, in words; hints left out. */
export async function analyze(objects: readonly Manifest[]): Promise<string[]> {
  const program = await istioctlProgram(AbortSignal.timeout(60_000), () => undefined);
  const input = objects.map((object) => JSON.stringify(object)).join("\n---\n");
  const args = ["analyze", "--all-namespaces", "--use-kube=false", "--output=json", "-"];
  const { stdout } = await execa(program, args, { input, env: { KUBECONFIG: "/dev/null" } });
  const found = JSON.parse(stdout === "" ? "[]" : stdout) as { level: string; code: string; message: string }[];
  return found.flatMap(({ level, code, message }) => (level === "Info" ? [] : [`${level} ${code}: ${message}`]));
}
