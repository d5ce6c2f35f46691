import { helmProgram, kubectlProgram } from "../lab";
import type { StepContext } from "../progress/step";
import { chartPlace } from "./charts/chart-source";
import { renderChart } from "./charts/render-chart";
import type { EngineChoice } from "./choose-engine";
import type { Engine, EngineTarget } from "./engine";
import type { ChartRenderer } from "./kubectl/compile";
import { KubectlEngine } from "./kubectl/engine";
import { PulumiEngine } from "./pulumi/engine";

/**
 * Makes the engine that was chosen.
 *
 * @param folder the folder of a disposable cluster, where the state of its stacks lives and goes with it.
 */
export async function createEngine(choice: EngineChoice, target: EngineTarget, folder?: string): Promise<Engine> {
  if (choice.command) return new PulumiEngine(target, choice.command, folder);
  return Promise.resolve(new KubectlEngine(target, { kubectl: kubectlProgram, renderChart: chartRenderer }));
}

/** Renders charts by helm, which is built where it isn't there. */
export function chartRenderer(context: StepContext): ChartRenderer {
  const helm = helmProgram(context.signal, context.report);
  return async (request) =>
    renderChart(await helm, request, await chartPlace(await helm, request, context), context.signal);
}
