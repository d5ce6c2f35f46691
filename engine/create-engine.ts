import { helmProgram, kubectlProgram, onPath } from "../lab";
import type { StepContext } from "../progress/step";
import { chartPlace } from "../render/charts/chart-source";
import { renderChart } from "../render/charts/render-chart";
import type { EngineChoice } from "./choose-engine";
import type { Cluster, Engine, EngineTarget } from "./engine";
import { Kubectl } from "../preflight/client";
import type { ChartRenderer } from "../render/compile";
import { KubectlEngine } from "./kubectl/engine";
import type { Manifest } from "../render/manifest";
import { PulumiEngine } from "./pulumi-engine";

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

/** What this process has rendered already: a rollout asks for the same charts again and again. */
const rendered = new Map<string, readonly Manifest[]>();

/** Renders charts by helm, which is built where it isn't there; the same request once in a process. */
export function chartRenderer(context: StepContext): ChartRenderer {
  const helm = helmProgram(context.signal, context.report);
  return async (request) => {
    const key = JSON.stringify(request);
    const known = rendered.get(key);
    if (known) return known;
    const place = await chartPlace(await helm, request, context);
    const manifests = await renderChart(await helm, request, place, context.signal);
    rendered.set(key, manifests);
    return manifests;
  };
}
