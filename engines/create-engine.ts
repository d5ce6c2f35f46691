import { helmProgram, kubectlProgram, onPath } from "../lab";
import type { StepContext } from "../progress/step";
import { chartPlace } from "./charts/chart-source";
import { renderChart } from "./charts/render-chart";
import type { EngineChoice } from "./choose-engine";
import type { Cluster, Engine, EngineTarget } from "./engine";
import { Kubectl } from "./kubectl/client";
import type { ChartRenderer } from "./kubectl/compile";
import { KubectlEngine } from "./kubectl/engine";
import { PulumiEngine } from "./pulumi/engine";

/**
 * Makes the engine that was chosen.
 *
 * @param folder the folder of a disposable cluster, where the state of its stacks lives and goes with it.
 */
export function createEngine(choice: EngineChoice, target: EngineTarget, folder?: string): Engine {
  if (choice.command) return new PulumiEngine(target, { command: choice.command, connect, folder });
  return new KubectlEngine(target, { kubectl: kubectlProgram, renderChart: chartRenderer });
}

/** Pulumi's provider waits for ever for an API server that does not answer; kubectl, where it is there, tells in seconds. */
async function connect(cluster: Cluster, { signal }: StepContext): Promise<Kubectl | undefined> {
  const program = onPath("kubectl");
  if (!program) return undefined;
  const kubectl = new Kubectl(program, cluster, signal);
  await kubectl.check();
  return kubectl;
}

/** Renders charts by helm, which is built where it isn't there. */
export function chartRenderer(context: StepContext): ChartRenderer {
  const helm = helmProgram(context.signal, context.report);
  return async (request) =>
    renderChart(await helm, request, await chartPlace(await helm, request, context), context.signal);
}
