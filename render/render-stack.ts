import { mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { stringify } from "yaml";
import type { StepContext } from "../progress/step";
import { UserError } from "../progress/user-error";
import { chartRenderer } from "./charts/chart-renderer";
import { evaluateProgram } from "./evaluate";
import { refuseEncrypted } from "../engine/stack-file";
import { compileObjects } from "./compile";
import { GeneratedValues } from "./generated";
import type { Manifest } from "./manifest";

/** What is rendered. */
export interface StackRequest {
  readonly stack: string;
  readonly config: Readonly<Record<string, unknown>>;
  readonly profileFile?: string;
  /** The outputs of the stack's last update, where they are known. */
  readonly lastOutputs?: Readonly<Record<string, unknown>>;
}

/** What is rendered, and where to. */
export interface RenderRequest extends StackRequest {
  readonly folder: string;
}

const generatedFile = "generated.json";

/** A rendered object's file: its place in the order, then what it is. */
const renderedFile = /^\d{3}-[a-z0-9-.]+\.yaml$/;

/**
 * Every object of a stack, in the order in which they are to be applied, and the stack's outputs.
 *
 * @throws UserError where there is none.
 */
export async function objectsOfStack(request: StackRequest, context: StepContext, generated = new GeneratedValues({})) {
  const { stack, config, profileFile, lastOutputs } = request;
  refuseEncrypted(config);
  context.report("evaluating the program");
  const stateOf = generated.stateOf.bind(generated);
  const { resources, outputs } = await evaluateProgram({ stack, config, profileFile, lastOutputs, stateOf });
  context.report("rendering the charts");
  const manifests = (await compileObjects(resources, chartRenderer(context))).flat();
  if (manifests.length === 0) throw new UserError(`the stack ${stack} renders to no object at all`);
  return { manifests, outputs };
}

/**
 * Writes every object of a stack to a file of its own, numbered in the order in which they are to be applied.
 *
 * @returns the files' names.
 * @throws UserError where nothing was rendered.
 */
export async function renderStack(request: RenderRequest, context: StepContext): Promise<string[]> {
  const { config, folder } = request;
  refuseEncrypted(config);
  await mkdir(folder, { recursive: true });
  const generated = new GeneratedValues(await readGenerated(folder));
  const { manifests } = await objectsOfStack(request, context, generated);
  const earlier = (await readdir(folder)).filter((name) => renderedFile.test(name));
  await Promise.all(earlier.map((name) => rm(join(folder, name))));
  await writeFile(join(folder, generatedFile), `${JSON.stringify(generated.all(), undefined, 2)}\n`, { mode: 0o600 });
  return Promise.all(
    manifests.map(async (manifest, index) => {
      const name = fileName(manifest, index);
      await writeFile(join(folder, name), stringify(manifest), { mode: manifest.kind === "Secret" ? 0o600 : 0o644 });
      return name;
    }),
  );
}

async function readGenerated(folder: string): Promise<Record<string, string>> {
  try {
    return JSON.parse(await readFile(join(folder, generatedFile), "utf8")) as Record<string, string>;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return {};
    throw new UserError(
      `${join(folder, generatedFile)} is not as Sluice wrote it: restore it, or remove it to make new values`,
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
