import { mkdir, readdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { stringify } from "yaml";
import type { StepContext } from "../progress/step";
import { UserError } from "../progress/user-error";
import { chartRenderer } from "./charts/chart-renderer";
import { evaluateProgram } from "./evaluate";
import { refuseEncrypted } from "../engine/stack-file";
import { compileObjects } from "./compile";
import { GeneratedValues } from "./generated";
import type { Manifest } from "./manifest";
import { stagesOf } from "./stages";

/** The stack to render. */
export interface StackRequest {
  readonly stack: string;
  readonly config: Readonly<Record<string, unknown>>;
  readonly profileFile?: string;
  /** The outputs of the stack's last update, where they are known. */
  readonly lastOutputs?: Readonly<Record<string, unknown>>;
}

/** The stack to render, and the target folder. */
export interface RenderRequest extends StackRequest {
  /** The folder of the objects, which holds nothing else. */
  readonly folder: string;
  /** The file that keeps generated values; beside the folder by default. */
  readonly generatedFile?: string;
}

/** The result. */
export interface RenderedStack {
  /** The files' paths in the folder. */
  readonly files: readonly string[];
  /** The commands that apply them, in order. */
  readonly commands: readonly string[];
}

/** The folder, inside the first one, of what is applied second; `kubectl apply -f` does not look into it. */
const laterFolder = "after";

/** A rendered object's file: its place in the order, then what it is. */
const renderedFile = /^\d{3}-[a-z0-9-.]+\.yaml$/;

/**
 * Every object of a stack, in the order in which they are to be applied, and the stack's outputs. Encrypted values are left as
 * they are read, which is enough to look at the traffic only.
 *
 * @throws UserError if there is none.
 */
export async function objectsOfStack(request: StackRequest, context: StepContext, generated = new GeneratedValues({})) {
  const { stack, config, profileFile, lastOutputs } = request;
  context.report("evaluating the program");
  const stateOf = generated.stateOf.bind(generated);
  const { resources, outputs } = await evaluateProgram({ stack, config, profileFile, lastOutputs, stateOf });
  context.report("rendering the charts");
  const manifests = (await compileObjects(resources, chartRenderer(context))).flat();
  if (manifests.length === 0) throw new UserError(`the stack ${stack} renders to no objects`, "SLUICE1111");
  return { manifests, outputs };
}

/**
 * Writes every object of a stack to a file of its own, numbered in the order in which they are to be applied; what the
 * cluster takes only once the stack's controllers are ready goes to a folder of its own.
 *
 * @throws UserError if nothing was rendered.
 */
export async function renderStack(request: RenderRequest, context: StepContext): Promise<RenderedStack> {
  const { config, folder } = request;
  const generatedFile = request.generatedFile ?? `${resolve(folder)}.generated.json`;
  refuseEncrypted(config);
  await mkdir(folder, { recursive: true });
  // Its earlier place: kubectl takes every JSON file of a folder for an object.
  await rename(join(folder, "generated.json"), generatedFile).catch(() => undefined);
  const generated = new GeneratedValues(await readGenerated(generatedFile));
  const { manifests } = await objectsOfStack(request, context, generated);
  const { first, after, waitIn } = stagesOf(manifests);
  await writeFile(generatedFile, `${JSON.stringify(generated.all(), undefined, 2)}\n`, { mode: 0o600 });
  const files = await writeObjects(folder, first);
  const later = await writeObjects(join(folder, laterFolder), after);
  return {
    files: [...files, ...later.map((name) => join(laterFolder, name))],
    commands: [
      applyCommand(folder),
      ...waitIn.map(
        (namespace) =>
          `kubectl wait --namespace ${namespace} --for=condition=Available deployment --all --timeout=300s`,
      ),
      ...(after.length > 0 ? [applyCommand(join(folder, laterFolder))] : []),
    ],
  };
}

function applyCommand(folder: string): string {
  return `kubectl apply --server-side -f ${folder}`;
}

/** Replaces what an earlier render left in a folder; one without objects goes, if nothing else is in it. */
async function writeObjects(folder: string, manifests: readonly Manifest[]): Promise<string[]> {
  await mkdir(folder, { recursive: true });
  const earlier = (await readdir(folder)).filter((name) => renderedFile.test(name));
  await Promise.all(earlier.map((name) => rm(join(folder, name))));
  if (manifests.length === 0 && (await readdir(folder)).length === 0) await rm(folder, { recursive: true });
  return Promise.all(
    manifests.map(async (manifest, index) => {
      const name = fileName(manifest, index);
      await writeFile(join(folder, name), stringify(manifest), { mode: manifest.kind === "Secret" ? 0o600 : 0o644 });
      return name;
    }),
  );
}

async function readGenerated(file: string): Promise<Record<string, string>> {
  try {
    return JSON.parse(await readFile(file, "utf8")) as Record<string, string>;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return {};
    throw new UserError(
      `${file} is not as Sluice wrote it: restore it, or remove it to generate new values`,
      "SLUICE1103",
    );
  }
}

function fileName({ kind, metadata: { namespace, name } }: Manifest, index: number): string {
  const parts = [String(index).padStart(3, "0"), kind, namespace, name].filter((part) => part !== undefined);
  return `${parts
    .join("-")
    .toLowerCase()
    .replace(/[^a-z0-9-.]/g, "-")}.yaml`;
}
