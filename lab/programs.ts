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
import { fetchPrebuilt, fitsMachine } from "./prebuilt";

const buildEnvironment = {
  CGO_ENABLED: "0",
  // A workspace around the checkout must not change what is pinned here.
  GOWORK: "off",
};

/** C is compiled without being optimized: a build takes a fraction of the time, and what runs for seconds needs no more. */
function environmentOf({ needsCompiler }: GoModule): Record<string, string> {
  return needsCompiler ? { ...buildEnvironment, CGO_ENABLED: "1", CGO_CFLAGS: "-O0" } : buildEnvironment;
}

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

/** Linked programs are stripped, so that compiling what debuggers read would be a fifth of the work for nothing. */
function compilerFlags({ unhurried = [] }: GoModule): string[] {
  const plain = "-dwarf=false";
  return [`all=${plain}`, ...unhurried.map((pattern) => `${pattern}=${plain} -N -l`)].map(
    (flags) => `-gcflags=${flags}`,
  );
}

/** The cache's name for a module's programs: another one as soon as anything that they are built from changes. */
export async function moduleKey(module: GoModule, go: string): Promise<string> {
  const { name, prebuilt, directory } = module;
  if (prebuilt && fitsMachine(prebuilt)) return `${name}-${hashOf({ prebuilt: JSON.stringify(prebuilt) })}`;
  const pins = await readPins(directory);
  // It leaves the compiler's flags out: they make the build faster, but not a different program.
  const recipe = JSON.stringify([module.programs, linkerFlags(module), environmentOf(module)]);
  return `${module.name}-${hashOf({ ...pins, "(recipe)": recipe, "(go)": go })}`;
}

/** Folder of each module's programs, by the module's name. */
export type ProgramFolders = Readonly<Record<string, string>>;

/** Builds that are under way. */
export interface Builds {
  /** How many programs have to be built. */
  readonly total: number;
  /**
   * The folders of these modules' programs, as soon as they are there.
   *
   * @throws the error of the first build that fails, once all others have ended.
   */
  folders(modules: readonly GoModule[]): Promise<ProgramFolders>;
}

/** Builds what is not built yet. */
export async function buildPrograms(modules: readonly GoModule[], context: StepContext): Promise<ProgramFolders> {
  return (await startBuilds(modules, context)).folders(modules);
}

/** Begins to build what is not built yet, the first modules first. */
export async function startBuilds(modules: readonly GoModule[], { report, signal }: StepContext): Promise<Builds> {
  const go = modules.every(isFetched) ? "" : await goVersion(signal);
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
  const build = async (module: GoModule, key: string) => {
    const nested = { signal: both, report: (detail: string) => doing.set(module.name, ` (${detail})`) };
    const fill = async (into: string) => {
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
        await makeModule(module, into, nested);
      } finally {
        clearInterval(watch);
        doing.delete(module.name);
      }
      done.set(module.name, Object.keys(module.programs).length);
    };
    return (await cached(key, fill, { ...nested, report })).directory;
  };
  const builds = new Map(
    modules.map((module, index) => {
      const folder = limit(() => build(module, keys[index] ?? ""));
      folder.catch((error: unknown) => failure.abort(error));
      return [module.name, folder];
    }),
  );
  return {
    total,
    folders: async (wanted) => {
      try {
        return Object.fromEntries(
          await Promise.all(wanted.map(async ({ name }) => [name, (await builds.get(name)) ?? ""] as const)),
        );
      } catch {
        await Promise.allSettled(builds.values());
        signal.throwIfAborted();
        throw failure.signal.reason;
      }
    },
  };
}

function isFetched({ prebuilt }: GoModule): boolean {
  return prebuilt !== undefined && fitsMachine(prebuilt);
}

/** A second build fills the first one's downloads and single-threaded linking, if there is memory for two linkers. */
function concurrentBuilds(): number {
  return availableParallelism() >= 2 && hasRoom() ? 2 : 1;
}

function hasRoom(): boolean {
  return totalmem() >= 10 * 2 ** 30;
}

async function makeModule(module: GoModule, into: string, context: StepContext): Promise<void> {
  const { prebuilt, programs } = module;
  if (prebuilt && fitsMachine(prebuilt)) {
    try {
      return await fetchPrebuilt(prebuilt, join(into, Object.keys(programs)[0] ?? ""), context);
    } catch (error) {
      // Without pip, or a way to the Python index, there is still the Go module.
      context.signal.throwIfAborted();
      await goVersion(context.signal);
      context.report(`builds it: ${error instanceof Error ? error.message : String(error)}`);
    }
  }
  await buildModule(module, into, context);
}

async function buildModule(module: GoModule, into: string, { signal, report }: StepContext): Promise<void> {
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
      ...compilerFlags(module),
      "-ldflags",
      linkerFlags(module),
      "-o",
      output,
      ...Object.values(module.programs),
    ],
    {
      cwd: module.directory,
      // The compiler allocates much and lives short: it collects garbage for a sixth of its time.
      env: { ...environmentOf(module), ...(hasRoom() && { GOGC: "400" }) },
      signal,
      // On an interrupt go removes its work folder; on anything harder it does not.
      killSignal: "SIGINT",
      onLine: (line) => {
        if (line.startsWith("go: downloading")) downloads += 1;
        else if (!line.startsWith("go:")) compiled += 1;
        report(`${downloads} modules fetched, ${compiled} packages compiled`);
      },
    },
  );
}
