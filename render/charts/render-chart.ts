import { execa } from "execa";
import { parseAllDocuments } from "yaml";
import { UserError } from "../../progress/user-error";
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
 * The Kubernetes that a chart is rendered for: the oldest that Sluice supports, so that a render is the same wherever it
 * is made. Helm's own default depends on how it was built.
 */
const oldestKubernetes = "1.30.0";

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
  const args = [
    "template",
    name ?? chart,
    place,
    "--namespace",
    namespace,
    "--include-crds",
    "--no-hooks",
    "--kube-version",
    oldestKubernetes,
    "--values",
    "-",
  ];
  const result = await execa(helm, args, { input: JSON.stringify(values), cancelSignal: signal, reject: false });
  signal.throwIfAborted();
  if (result.failed) throw new UserError(`helm can't render the chart ${chart} from ${place}: ${result.stderr}`);
  return parseManifests(result.stdout, chart);
}

/**
 * Reads the objects of a rendered chart.
 *
 * @throws UserError where it is no YAML.
 */
export function parseManifests(text: string, chart: string): Manifest[] {
  return text.split(/^---$/m).flatMap((part) => {
    const documents = parseAllDocuments(part);
    const isSound = documents.every(({ errors }) => errors.length === 0);
    const read = isSound ? documents : parseAllDocuments(indentQuotedLines(part));
    const [error] = read.flatMap(({ errors }) => errors);
    if (error) throw new UserError(`the chart ${chart} is no YAML: ${error.message}`);
    return read.map((document) => document.toJS() as Manifest | null).filter((manifest) => manifest !== null);
  });
}

/**
 * Indents the further lines of quoted texts, which changes nothing about them: Helm's own parser takes them as they are
 * (Flagger's CRDs have some), YAML does not.
 */
function indentQuotedLines(text: string): string {
  return text.replace(
    /^( *)((?:- )?[^\s:'"#]+: )'((?:[^']|'')*)'$/gm,
    (_, indent: string, key: string, value: string) => `${indent}${key}'${value.replace(/\n */g, `\n${indent}    `)}'`,
  );
}
