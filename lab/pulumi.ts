import { existsSync } from "node:fs";
import { copyFile, link } from "node:fs/promises";
import { basename, join } from "node:path";
import type { StepContext } from "../progress/step";
import { cacheDirectory, cached, hashOf } from "./cache";
import { type GoModule, pulumiKubernetesModule, pulumiModule } from "./modules";
import { buildPrograms, goVersion, moduleKey } from "./programs";
import { moduleFolder } from "./tools";

/** The longest to build first. */
const modules: readonly GoModule[] = [pulumiKubernetesModule, pulumiModule];

/** The Go module that the Kubernetes provider comes from; its schema lies in it. */
const providerPath = "github.com/pulumi/pulumi-kubernetes/provider/v4";

/**
 * A folder for PATH with Pulumi's CLI, its Kubernetes provider, and stand-ins for the Node.js language host and the
 * random provider, built from Go modules where they are not built yet.
 *
 * It is for machines that have no Pulumi and can't download it.
 *
 * @throws UserError where there is no Go to build them.
 */
export async function pulumiFolder(signal: StepContext["signal"], report: StepContext["report"]): Promise<string> {
  const { folders } = await buildPrograms(modules, { signal, report });
  const { directory } = await cached(folderKey(Object.values(folders)), async (into) => {
    for (const { name, programs } of modules)
      for (const program of Object.keys(programs)) await link(join(folders[name] ?? "", program), join(into, program));
    const provider = await moduleFolder(pulumiKubernetesModule, providerPath, signal, report);
    // The provider reads it from beside itself at every lookup and import.
    await copyFile(join(provider, "cmd/pulumi-resource-kubernetes/schema.json"), join(into, "schema.json"));
  });
  return directory;
}

/** The folder that {@link pulumiFolder} gives, where all of it is built already. */
export async function builtPulumi(): Promise<string | undefined> {
  const go = await goVersion().catch(() => undefined);
  if (go === undefined) return undefined;
  const keys = await Promise.all(modules.map((module) => moduleKey(module, go)));
  const directory = join(cacheDirectory(), folderKey(keys));
  return existsSync(directory) ? directory : undefined;
}

/** The cache's name for the folder, by those of the modules' folders. */
function folderKey(folders: readonly string[]): string {
  return `pulumi-path-${hashOf({
    folders: folders
      .map((folder) => basename(folder))
      .sort()
      .join(),
  })}`;
}
