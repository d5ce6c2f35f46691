import { readFileSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { StepContext } from "../../progress/step";
import { run } from "../command";
import type { Lab } from "../identity";
import type { ProgramFolders } from "../programs";
import { askApi } from "./api";

/** Manifests that define kinds, on this machine. */
export interface DefinitionFiles {
  /** What they are known by from one `up` to the next: the Go module that brings them. */
  readonly name: string;
  /** A manifest, or a folder of manifests. */
  readonly file: string;
}

const kind = "customresourcedefinition.apiextensions.k8s.io/";

/** Which kinds were defined by which manifests: `status` is to know without asking Go for them. */
type DefinitionRecord = Readonly<Record<string, readonly string[]>>;

function recordPath(lab: Lab): string {
  return join(lab.state, "definitions.json");
}

function readRecord(lab: Lab): DefinitionRecord {
  try {
    return JSON.parse(readFileSync(recordPath(lab), "utf8")) as DefinitionRecord;
  } catch {
    return {};
  }
}

/**
 * Has the lab's API define the kinds of these manifests, and waits until it serves them.
 *
 * @returns how many kinds those are.
 */
export async function applyDefinitions(
  lab: Lab,
  manifests: readonly DefinitionFiles[],
  programs: ProgramFolders,
  { signal, report }: StepContext,
): Promise<number> {
  const program = join(programs["kubectl"] ?? "", "kubectl");
  const where = [`--kubeconfig=${lab.kubeconfig}`, `--cache-dir=${join(lab.run, "kubectl")}`];
  const kubectl = (...args: string[]) => run(program, [...where, ...args], { signal });
  let record: DefinitionRecord = {};
  for (const { name, file } of manifests) {
    report(`kinds of ${name}`);
    // Too large for the annotation that a client-side apply leaves.
    const apply = ["apply", "--server-side", "--force-conflicts", "--field-manager=sluice-lab", "--output=name"];
    const applied = (await kubectl(...apply, `--filename=${file}`)).split("\n");
    const names = applied.filter((line) => line.startsWith(kind));
    await kubectl("wait", "--for=condition=Established", "--timeout=60s", ...names);
    record = { ...record, [name]: names.map((line) => line.slice(kind.length)) };
  }
  if (manifests.length > 0) await writeFile(recordPath(lab), JSON.stringify(record, undefined, 2));
  return Object.values(record).flat().length;
}

/** Which of the wanted kinds, by their manifests' names, a cluster that has these definitions lacks, in plain English. */
export function lackingKinds(
  wanted: readonly string[],
  record: DefinitionRecord,
  present: ReadonlySet<string>,
): string[] {
  return wanted.flatMap((name) => record[name]?.filter((one) => !present.has(one)) ?? [`those of ${name}`]);
}

/**
 * Compares the kinds that the lab's API has with those that were defined by manifests of these names.
 *
 * @throws Error if the API does not answer.
 */
export async function checkDefinitions(
  lab: Lab,
  wanted: readonly string[],
): Promise<{ defined: number; lacking: readonly string[] }> {
  const record = readRecord(lab);
  // Only their names: the definitions themselves are megabytes.
  const accept = "application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1";
  const path = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions";
  const { status, body } = await askApi(lab, path, { accept });
  if (status !== 200) throw new Error(`The API answers ${status} to ${path}.`);
  const { items } = JSON.parse(body) as { items: { metadata: { name: string } }[] };
  const present = new Set(items.map(({ metadata }) => metadata.name));
  const lacking = lackingKinds(wanted, record, present);
  return { defined: wanted.flatMap((name) => record[name] ?? []).length, lacking };
}
