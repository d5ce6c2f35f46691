import { helmProgram } from "../../lab";
import type { StepContext } from "../../progress/step";
import type { ChartRenderer } from "../compile";
import type { Manifest } from "../manifest";
import { chartPlace } from "./chart-source";
import { renderChart } from "./render-chart";

/** Charts that this process has rendered: a rollout asks for the same ones again and again. */
const rendered = new Map<string, readonly Manifest[]>();

/** Renders charts by helm, which is built if it isn't there; the same request once in a process. */
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
