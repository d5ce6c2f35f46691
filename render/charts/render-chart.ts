import { execa } from "execa";
import { UserError } from "../../progress/user-error";
import { templateArguments } from "../../sources/helm";
import { readObjects } from "../../sources/yaml";
import type { Manifest } from "../manifest";

/** A chart as the program asks for it: the inputs of `helm.v4.Chart`. */
export interface ChartRequest {
  /** A name in a repository, a path, or an `oci://` reference. */
  readonly chart: string;
  /** The release's name. */
  readonly name?: string;
  readonly namespace?: string;
  readonly version?: string;
  readonly repositoryOpts?: { readonly repo?: string };
  readonly values?: Readonly<Record<string, unknown>>;
}

/**
 * Renders a chart by `helm template`, its CRDs included and its hooks left out, as Pulumi's `helm.v4.Chart` does.
 *
 * @param helm the helm program.
 * @param place the chart's place on this machine, or a reference that helm resolves.
 * @throws UserError with helm's message.
 */
export async function renderChart(
  helm: string,
  { name, chart, namespace = "default", values = {} }: ChartRequest,
  place: string,
  signal: AbortSignal,
): Promise<Manifest[]> {
  const args = templateArguments(name ?? chart, place, namespace, "--no-hooks");
  const result = await execa(helm, args, { input: JSON.stringify(values), cancelSignal: signal, reject: false });
  signal.throwIfAborted();
  if (result.failed)
    throw new UserError(`helm can't render the chart ${chart} from ${place}: ${result.stderr}`, "SLUICE1110");
  return readObjects(result.stdout, `the chart ${chart}`);
}
