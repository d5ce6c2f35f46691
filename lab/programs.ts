import { existsSync } from "node:fs";
import { readdir } from "node:fs/promises";
import { availableParallelism, totalmem } from "node:os";
import { join } from "node:path";
import pLimit from "p-limit";
import type { StepContext } from "../progress/step";
import { UserError } from "../progress/user-error";
import { cacheDirectory, cached, hashOf, readPins } from "./cache";
import { CommandError, run } from "./command";
import { type GoModule, toolsModule } from "./modules";

const buildEnvironment = {
  CGO_ENABLED: "0",
  // A workspace around the checkout must not change what is pinned here.
  GOWORK: "off",
};

/** The oldest Go that builds the modules. */
export const neededGo = "1.26";

/**
 * Says which Go builds the lab's programs.
 *
 * @throws UserError when there is none, or only one that is too old.
 */
export async function goVersion(signal?: AbortSignal): Promise<string> {
  const options = { cwd: toolsModule.directory, env: buildEnvironment, ...(signal && { signal }) };
  try {
    // Asked in a module's folder, where an older go fetches the one that the module needs, unless it was told not to.
    return (await run("go", ["env", "GOVERSION", "GOOS", "GOARCH"], options)).split("\n").join(" ");
  } catch (error) {
    if (!(error instanceof CommandError)) throw error;
    const found = error.exitCode === undefined ? "there is no go on PATH" : `the go on PATH refuses: ${error.stderr}`;
    throw new UserError(
      `Go ${neededGo} or later is needed to build the lab's programs, and ${found}. Get it from https://go.dev/dl/ and put its bin folder on PATH.`,
    );
  }
}

function linkerFlags(module: GoModule): string {
  const variables = Object.entries(module.variables ?? {}).map(([name, value]) => `-X ${name}=${value}`);
  return ["-s -w", ...variables].join(" ");
}

/** The cache's name for a module's programs: another one as soon as anything that they are built from changes. */
export async function moduleKey(module: GoModule, go: string): Promise<string> {
  const pins = await readPins(module.directory);
  const recipe = JSON.stringify([module.programs, linkerFlags(module), buildEnvironment]);
  return `${module.name}-${hashOf({ ...pins, "(recipe)": recipe, "(go)": go })}`;
}

/** Folder of each module's programs, by the module's name. */
export type ProgramFolders = Readonly<Record<string, string>>;

/**
 * Builds what is not built yet.
 *
 * @returns the folders of the programs, and how many programs had to be built.
 */
export async function buildPrograms(
  modules: readonly GoModule[],
  { report, signal }: StepContext,
): Promise<{ folders: ProgramFolders; built: number }> {
  const go = await goVersion(signal);
  const keys = await Promise.all(modules.map((module) => moduleKey(module, go)));
  const missing = modules.filter((_, index) => !existsSync(join(cacheDirectory(), keys[index] ?? "")));
  const total = missing.reduce((sum, module) => sum + Object.keys(module.programs).length, 0);
  const done = new Map<string, number>();
  const doing = new Map<string, string>();
  const tell = () => {
    const built = [...done.values()].reduce((sum, count) => sum + count, 0);
    report(`${built} of ${total} built: ${[...doing].map(([name, detail]) => name + detail).join(", ")}`);
  };

  // One failure ends the other builds too, instead of leaving them to go on behind the message.
  const failure = new AbortController();
  const both = AbortSignal.any([signal, failure.signal]);
  const limit = pLimit(concurrentBuilds());
  const builds = modules.map((module, index) =>
    limit(async () => {
      const { directory } = await cached(keys[index] ?? "", async (into) => {
        doing.set(module.name, "");
        const watch = setInterval(() => {
          void readdir(into).then((names) => {
            done.set(module.name, names.length);
            tell();
          });
        }, 1000);
        watch.unref();
        try {
          tell();
          await buildModule(module, into, both, (detail) => doing.set(module.name, detail));
        } finally {
          clearInterval(watch);
          doing.delete(module.name);
        }
        done.set(module.name, Object.keys(module.programs).length);
      });
      return [module.name, directory] as const;
    }).catch((error: unknown) => {
      failure.abort(error);
      throw error;
    }),
  );
  const results = await Promise.allSettled(builds);
  signal.throwIfAborted();
  if (failure.signal.aborted) throw failure.signal.reason;
  const folders = Object.fromEntries(
    results.flatMap((result) => (result.status === "fulfilled" ? [result.value] : [])),
  );
  return { folders, built: total };
}

/** A second build fills the first one's downloads and single-threaded linking, if there is memory for two linkers. */
function concurrentBuilds(): number {
  return availableParallelism() >= 2 && totalmem() >= 10 * 2 ** 30 ? 2 : 1;
}

async function buildModule(
  module: GoModule,
  into: string,
  signal: AbortSignal,
  tell: (detail: string) => void,
): Promise<void> {
  let [downloads, compiled] = [0, 0];
  const [first, ...others] = Object.keys(module.programs);
  // -o names the program of one package; of several it can only say the folder, and they are named by their packages.
  const output = others.length === 0 ? `${into}/${first ?? ""}` : `${into}/`;
  await run(
    "go",
    [
      "build",
      "-v",
      "-trimpath",
      "-buildvcs=false",
      "-ldflags",
      linkerFlags(module),
      "-o",
      output,
      ...Object.values(module.programs),
    ],
    {
      cwd: module.directory,
      env: buildEnvironment,
      signal,
      // On an interrupt go removes its work folder; on anything harder it does not.
      killSignal: "SIGINT",
      onLine: (line) => {
        if (line.startsWith("go: downloading")) downloads += 1;
        else if (!line.startsWith("go:")) compiled += 1;
        tell(` (${downloads} modules fetched, ${compiled} packages compiled)`);
      },
    },
  );
}
