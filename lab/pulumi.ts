import { existsSync, readdirSync } from "node:fs";
import { copyFile, link, mkdir } from "node:fs/promises";
import { homedir } from "node:os";
import { basename, dirname, join } from "node:path";
import { version as kubernetesSdk } from "@pulumi/kubernetes/package.json";
import { version as randomSdk } from "@pulumi/random/package.json";
import type { StepContext } from "../progress/step";
import { cacheDirectory, cached, hashOf } from "./cache";
import { type GoModule, pulumiKubernetesModule, pulumiModule } from "./modules";
import { buildPrograms, goVersion, moduleKey, type ProgramFolders } from "./programs";
import { onPath } from "../sources/find-program";
import { moduleFolder } from "./tools";

/** What Pulumi is built from, the longest to build first. */
export const pulumiModules: readonly GoModule[] = [pulumiKubernetesModule, pulumiModule];

/** The Go module that the Kubernetes provider comes from; its schema lies in it. */
const providerPath = "github.com/pulumi/pulumi-kubernetes/provider/v4";

/**
 * A folder for PATH with Pulumi's CLI, its Kubernetes provider, and stand-ins for the Node.js language host and the
 * random provider, built from Go modules where they are not built yet.
 *
 * It is for machines that have no Pulumi and can't download it.
 *
 * @throws UserError if there is no Go to build them.
 */
export async function pulumiFolder(signal: StepContext["signal"], report: StepContext["report"]): Promise<string> {
  const context = { signal, report };
  return linkPulumi(await buildPrograms(pulumiModules, context), context);
}

/** Makes that folder of programs that are built already. */
export async function linkPulumi(folders: ProgramFolders, { signal, report }: StepContext): Promise<string> {
  const sources = pulumiModules.map(({ name }) => folders[name] ?? "");
  const { directory } = await cached(folderKey(sources), async (into) => {
    for (const { name, programs } of pulumiModules)
      for (const program of Object.keys(programs)) await link(join(folders[name] ?? "", program), join(into, program));
    const provider = await moduleFolder(pulumiKubernetesModule, providerPath, signal, report);
    // The provider reads it from beside itself at every lookup and import.
    await copyFile(join(provider, "cmd/pulumi-resource-kubernetes/schema.json"), join(into, "schema.json"));
    for (const [plugin, version] of Object.entries(providers)) {
      const place = join(into, home, "plugins", `resource-${plugin}-v${version}`);
      await mkdir(place, { recursive: true });
      for (const file of [`pulumi-resource-${plugin}`, "schema.json"]) await link(join(into, file), join(place, file));
    }
  });
  return directory;
}

/** The providers, by the version that the program's SDK asks for. */
const providers = { kubernetes: kubernetesSdk, random: randomSdk };

/** The Pulumi home in that folder. */
const home = "home";

/**
 * The variables by which that Pulumi finds its providers as installed plugins: it warns of each that it finds on PATH. None
 * for any other Pulumi, and where the user has a Pulumi home of their own.
 *
 * @param folder the folder of the Pulumi that is used.
 */
export function pulumiVariables(folder: string | undefined, env: NodeJS.ProcessEnv): Record<string, string> {
  const isOurs = (path: string) => path.startsWith(`${cacheDirectory()}/`);
  if (folder === undefined || !isOurs(folder)) return {};
  const { PULUMI_HOME: own } = env;
  if (own && !isOurs(own)) return {};
  return { PULUMI_HOME: join(folder, home), PULUMI_IGNORE_AMBIENT_PLUGINS: "true" };
}

/** The folder that {@link pulumiFolder} gives, where all of it is built already. */
export async function builtPulumi(): Promise<string | undefined> {
  const go = await goVersion().catch(() => undefined);
  if (go === undefined) return undefined;
  const keys = await Promise.all(pulumiModules.map((module) => moduleKey(module, go)));
  const directory = join(cacheDirectory(), folderKey(keys));
  return existsSync(directory) ? directory : undefined;
}

/** The cache's name for the folder, by those of the modules' folders. */
function folderKey(folders: readonly string[]): string {
  const names = folders.map((folder) => basename(folder)).join();
  return `pulumi-path-${hashOf({ folders: names, providers: JSON.stringify(providers) })}`;
}

/** The folder for PATH of the Pulumi that the user has or, if there is none, of the one that is built. */
export async function pulumiOnPath(): Promise<string | undefined> {
  return ownPulumi() ?? (await builtPulumi());
}

/** The folder of a Pulumi that the user has: on PATH, in the Pulumi home, or where the Automation API installs it. */
function ownPulumi(): string | undefined {
  const found = onPath("pulumi");
  if (found !== undefined && !found.startsWith(`${cacheDirectory()}/`)) return dirname(found);
  const root = process.env["PULUMI_HOME"] || join(homedir(), ".pulumi");
  const versions = join(homedir(), ".pulumi", "versions");
  const installed = existsSync(versions) ? readdirSync(versions).map((version) => join(versions, version)) : [];
  return [root, ...installed].map((place) => join(place, "bin")).find((folder) => existsSync(join(folder, "pulumi")));
}

/** Whether Pulumi has to be built: there is none, none is built yet, and none can be downloaded. */
export async function lacksPulumi(): Promise<boolean> {
  return (await pulumiOnPath()) === undefined && !(await isDownloadThere());
}

/** Seconds that the Pulumi CLI's download has to answer. */
const downloadTimeout = 4;

async function isDownloadThere(): Promise<boolean> {
  try {
    const signal = AbortSignal.timeout(downloadTimeout * 1000);
    await fetch("https://get.pulumi.com/install.sh", { method: "HEAD", signal });
    return true;
  } catch {
    return false;
  }
}
