import type { StepContext } from "../../progress/step";
import type { ChartRenderer } from "../compile";
import type { Manifest } from "../manifest";
import { chartPlace } from "./chart-source";
import { findHelm } from "./find-helm";
import { renderChart } from "./render-chart";

/** Charts that this process has rendered: a rollout asks for the same ones again and again. */
const rendered = new Map<string, readonly Manifest[]>();

/** Renders charts by helm, which is looked for at the first one; the same request once in a process. */
export function chartRenderer(context: StepContext): ChartRenderer {
  let finding: Promise<string> | undefined;
  return async (request) => {
    const key = JSON.stringify(request);
    const known = rendered.get(key);
    if (known) return known;
    const helm = await (finding ??= findHelm(context));
    const place = await chartPlace(helm, request, context);
    const manifests = await renderChart(helm, request, place, context.signal);
    rendered.set(key, manifests);
    return manifests;
  };
}
