import { parseStackConfig } from "../../../config";
import { evaluateProgram } from "../../../render/evaluate";
import { compileObjects } from "../../../render/compile";
import type { Manifest } from "../../../render/manifest";
import type { RawConfig } from "../../unit/support/stacks";
import type { BadStack } from "./bad-stacks";

/** A rendered bad stack: its objects, the plan, and what its last update left. */
export interface RenderedStack {
  readonly manifests: readonly Manifest[];
  readonly outputs: Readonly<Record<string, unknown>>;
  readonly lastOutputs?: Readonly<Record<string, unknown>>;
}

/** Renders a bad stack, and does to its objects what somebody does to them. */
export async function render({ stacks, last, meddle = (manifest) => manifest }: BadStack): Promise<RenderedStack> {
  const lastOutputs = last && { plan: parseStackConfig(last).plan };
  const rendered = [];
  for (const config of stacks) rendered.push(await renderOne(config, lastOutputs));
  return {
    manifests: rendered.flatMap(({ manifests }) => manifests).flatMap((manifest) => meddle(manifest)),
    outputs: rendered[0]?.outputs ?? {},
    lastOutputs,
  };
}

async function renderOne(config: RawConfig, lastOutputs?: RenderedStack["lastOutputs"]) {
  const { resources, outputs } = await evaluateProgram({ stack: "bad", config, lastOutputs });
  const noCharts = () => Promise.reject(new Error("a bad stack has no chart"));
  return { manifests: (await compileObjects(resources, noCharts)).flat(), outputs };
}
