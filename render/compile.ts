import { UserError } from "../progress/user-error";
import type { ProgramResource } from "./evaluate";
import type { ChartRequest } from "./charts/render-chart";
import { withNamespace, type Manifest } from "./manifest";
import { waves } from "./order";

/** The type token of a Helm chart in the program. */
export const chartType = "kubernetes:helm.sh/v4:Chart";

/** Turns a chart into its objects. */
export type ChartRenderer = (chart: ChartRequest) => Promise<readonly Manifest[]>;

/** What goes in before everything else of a chart or a stack: others live in it, or are checked against it. */
const firstKinds = ["Namespace", "CustomResourceDefinition"];

/**
 * Turns the program's resources into objects, in waves: each wave may be applied once the one before it is ready.
 *
 * @throws UserError for a resource that isn't a Kubernetes object.
 */
export async function compileObjects(
  resources: readonly ProgramResource[],
  render: ChartRenderer,
): Promise<Manifest[][]> {
  const ordered = waves(resources);
  const compiled = await Promise.all(
    ordered.map(async (wave) => (await Promise.all(wave.map((resource) => objectsOf(resource, render)))).flat()),
  );
  return compiled
    .flatMap((objects) => [
      objects.filter(({ kind }) => firstKinds.includes(kind)),
      objects.filter(({ kind }) => !firstKinds.includes(kind)),
    ])
    .filter((objects) => objects.length > 0);
}

async function objectsOf(resource: ProgramResource, render: ChartRenderer): Promise<readonly Manifest[]> {
  const { type, inputs } = resource;
  if (type === chartType) {
    const chart = inputs as unknown as ChartRequest;
    return (await render(chart)).map((manifest) => withNamespace(manifest, chart.namespace ?? "default"));
  }
  if (type.startsWith("random:") || type.startsWith("pulumi:providers:")) return [];
  if (type.startsWith("kubernetes:"))
    return isRead(resource) ? [] : [withNamespace(withoutIgnored(resource), "default")];
  throw new UserError(`${resource.name} (${type}) can't be rendered: it isn't a Kubernetes object`, "SLUICE1111");
}

/** The object without what counts only when it is made: applied again, it would reset what somebody else has set since. */
function withoutIgnored({ inputs, ignored }: ProgramResource): Manifest {
  const { spec, ...manifest } = inputs as unknown as Manifest & { readonly spec?: Record<string, unknown> };
  if (!ignored.includes("spec.replicas")) return inputs as unknown as Manifest;
  const { replicas: _, ...rest } = spec ?? {};
  return { ...manifest, spec: rest };
}

/** A resource that the program looked up instead of making it has no kind: only its identifier is known. */
function isRead({ inputs }: ProgramResource): boolean {
  return inputs["kind"] === undefined;
}
