import { accessSync, constants } from "node:fs";
import { join } from "node:path";
import { run, searchPath } from "./command";
import { type GoModule, helmModule, kubectlModule, metallbModule } from "./modules";
import { buildPrograms } from "./programs";
import { goVersion } from "./programs";

type Report = (detail: string) => void;

/** Finds a program on PATH. */
export function onPath(program: string): string | undefined {
  for (const folder of searchPath().split(":")) {
    const candidate = join(folder, program);
    if (!candidate.startsWith("/")) continue;
    try {
      accessSync(candidate, constants.X_OK);
      return candidate;
    } catch {
      // Not in this folder.
    }
  }
  return undefined;
}

async function programOf(module: GoModule, program: string, signal: AbortSignal, report: Report): Promise<string> {
  const found = onPath(program);
  if (found !== undefined) return found;
  const { folders } = await buildPrograms([module], { signal, report });
  return join(folders[module.name] ?? "", program);
}

/** The path of helm: the one on PATH, else one built from its Go module. */
export function helmProgram(signal: AbortSignal, report: Report): Promise<string> {
  return programOf(helmModule, "helm", signal, report);
}

/** The path of kubectl: the one on PATH, else one built from its Go module. */
export function kubectlProgram(signal: AbortSignal, report: Report): Promise<string> {
  return programOf(kubectlModule, "kubectl", signal, report);
}

/** The path of MetalLB's own chart in its Go module, which is fetched if need be. */
export async function chartFromModule(signal: AbortSignal, report: Report): Promise<string> {
  await goVersion(signal);
  report("MetalLB's module");
  const options = { cwd: metallbModule.directory, env: { GOWORK: "off" }, signal };
  const answer = await run("go", ["mod", "download", "-json", "go.universe.tf/metallb"], options);
  return join((JSON.parse(answer) as { Dir: string }).Dir, "charts", "metallb");
}
