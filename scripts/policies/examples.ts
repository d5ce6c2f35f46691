import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { parseStackConfig } from "../../config";
import { lastUpdateOf } from "../../workloads/identities";
import { evaluateProgram } from "../../render/evaluate";
import { compileObjects } from "../../render/compile";
import type { Manifest } from "../../render/manifest";

/** One side of an example: a stack, objects beside it, or both. */
export interface Side {
  /** The stack's config as it was at its last update. */
  readonly before?: Readonly<Record<string, unknown>>;
  /** The stack's config. */
  readonly stack?: Readonly<Record<string, unknown>>;
  readonly objects?: readonly Manifest[];
  /** What a rollout's record makes the program say, which no rendered stack knows. */
  readonly undone?: string;
}

/** The smallest stack that a policy stops, the smallest that it lets pass, and the policy's settings for both. */
export interface Example {
  readonly settings: Readonly<Record<string, unknown>>;
  readonly violates: Side;
  readonly passes: Side;
}

/** What Pulumi's engine would show policies of a side. */
export interface RenderedSide {
  readonly manifests: readonly Manifest[];
  readonly outputs: Readonly<Record<string, unknown>>;
  readonly lastOutputs?: Readonly<Record<string, unknown>>;
  readonly undone?: string;
}

const folder = join(__dirname, "..", "..", "docs", "policies", "examples");

/** The example of a policy. */
export function readExample(policy: string): Example {
  const { settings = {}, ...sides } = parse(textOf(policy)) as Example;
  return { settings, ...sides };
}

/** A side of an example as it is written, for a page. */
export function exampleText(policy: string, side: "violates" | "passes"): string {
  const [, violates = "", passes = ""] = /^violates:\n([^]*?)^passes:\n([^]*)$/m.exec(textOf(policy)) ?? [];
  const lines = (side === "violates" ? violates : passes).trimEnd().split("\n");
  return lines.map((line) => line.slice(2)).join("\n");
}

/** Renders a side, and does to its objects what somebody does to them. */
export async function render(
  { before, stack, objects = [], undone }: Side,
  meddle: (manifest: Manifest) => Manifest | readonly Manifest[] = (manifest) => manifest,
): Promise<RenderedSide> {
  const lastOutputs = before && { ...lastUpdateOf(parseStackConfig(before)) };
  const rendered = stack ? await renderStack(stack, lastOutputs) : { manifests: [], outputs: {} };
  const manifests = [...rendered.manifests, ...objects].flatMap((manifest) => meddle(manifest));
  return { manifests, outputs: rendered.outputs, lastOutputs, undone };
}

async function renderStack(config: Readonly<Record<string, unknown>>, lastOutputs: RenderedSide["lastOutputs"]) {
  const { resources, outputs } = await evaluateProgram({ stack: "example", config, lastOutputs });
  const noCharts = () => Promise.reject(new Error("an example has no chart"));
  return { manifests: (await compileObjects(resources, noCharts)).flat(), outputs };
}

function textOf(policy: string): string {
  return readFileSync(join(folder, `${policy}.yaml`), "utf8");
}
