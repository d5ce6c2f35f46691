import { readdirSync, readFileSync } from "node:fs";
import { join, relative } from "node:path";
import { parse } from "yaml";
import { packageFolder } from "../../../package-folder";

/** One step of a job or of a composite action. */
export interface Step {
  readonly uses?: string;
  readonly run?: string;
  readonly shell?: string;
  readonly with?: Readonly<Record<string, unknown>>;
}

/** One job of a workflow. */
export interface Job {
  readonly steps: readonly Step[];
  readonly needs?: string | readonly string[];
  readonly environment?: string;
  readonly permissions?: Readonly<Record<string, string>>;
  readonly concurrency?: { readonly group: string; readonly "cancel-in-progress": boolean };
  readonly if?: string;
}

/** A file of a workflow or of a composite action. */
export interface WorkflowFile {
  readonly name: string;
  readonly text: string;
  /** Every step, of every job. */
  readonly steps: readonly Step[];
}

/** A workflow. */
export interface Workflow extends WorkflowFile {
  readonly on: Readonly<Record<string, unknown>>;
  readonly permissions?: Readonly<Record<string, string>>;
  readonly defaults?: { readonly run?: { readonly shell?: string } };
  readonly concurrency?: Job["concurrency"];
  readonly jobs: Readonly<Record<string, Job>>;
}

const folder = join(packageFolder, ".github");

function filesOf(part: string): string[] {
  return readdirSync(join(folder, part), { recursive: true, encoding: "utf8" })
    .filter((name) => /\.ya?ml$/.test(name))
    .map((name) => join(folder, part, name));
}

/** The project's workflows. */
export function workflows(): Workflow[] {
  return filesOf("workflows").map((file) => {
    const text = readFileSync(file, "utf8");
    const workflow = parse(text) as Omit<Workflow, keyof WorkflowFile>;
    const steps = Object.values(workflow.jobs).flatMap((job) => job.steps);
    return { ...workflow, name: relative(folder, file), text, steps };
  });
}

/** The project's composite actions. */
export function compositeActions(): WorkflowFile[] {
  return filesOf("actions").map((file) => {
    const text = readFileSync(file, "utf8");
    const { runs } = parse(text) as { runs: { steps: readonly Step[] } };
    return { name: relative(folder, file), text, steps: runs.steps };
  });
}
