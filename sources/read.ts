import { execFileSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { basename, join, relative, resolve } from "node:path";
import type { ClusterObject } from "../kubernetes/cluster-object";
import { isMap } from "../values/is-map";
import { ConfigError } from "../config/problems";
import { UserError } from "../progress/user-error";
import { nameOf } from "../workloads/names";
import { renderChart, type ChartSource } from "./chart";
import { asMap } from "./as-map";
import { knownLive } from "./live";
import { readObjects } from "./yaml";

const key = "sluice:from";

/** The size limit: the API server accepts 1.5 MB a request, and a preview shows every object. */
const mostBytes = 4_000_000;

const kustomizations = ["kustomization.yaml", "kustomization.yml", "Kustomization"];

/**
 * A stack's config with the objects of the application in it that `sluice:from` names; any other config as it is.
 *
 * One reader for the program and for what works without Pulumi, so that all of them see the same objects. What is live is
 * read before, by {@link readLive}; a config that names something else that is live stays as it is.
 *
 * @param config values by full key, texts as Pulumi passes them or values as YAML has them.
 * @param folder the one of the stack's file.
 * @throws ConfigError or UserError if the source can't be read.
 */
export function withSource(
  config: Readonly<Record<string, unknown>>,
  folder: string,
): Readonly<Record<string, unknown>> {
  const from = asMap(config[key]);
  if (!from || from["objects"] !== undefined) return config;
  if (typeof from["manifests"] === "string") {
    const read = readManifests(from["manifests"], folder);
    const files = Object.fromEntries(read.flatMap(({ file, objects }) => objects.map((one) => [nameOf(one), file])));
    return { ...config, [key]: { ...from, objects: read.flatMap(({ objects }) => objects), files } };
  }
  const { "sluice:namespace": namespace = "default", "sluice:versions": versions } = config;
  const live = typeof from["live"] === "string" ? knownLive(from["live"], String(namespace)) : undefined;
  if (live) return { ...config, [key]: { ...from, objects: live } };
  if (typeof from["chart"] !== "string") return config;
  const source = from as ChartSource;
  const render = (one: ChartSource) => renderChart(one, String(namespace), folder);
  const variants = Object.entries(asMap(versions) ?? {}).flatMap(([name, version]) => {
    if (!isMap(version) || (version["values"] === undefined && version["version"] === undefined)) return [];
    const { values, version: own = source.version } = version;
    return [[name, render({ ...source, version: own as string, values: merged(source.values, values) })] as const];
  });
  return { ...config, [key]: { ...from, objects: render(source), variants: Object.fromEntries(variants) } };
}

/** As Helm merges several files of values: maps by their keys, everything else is replaced. */
function merged(base: unknown, over: unknown): Record<string, unknown> {
  const result: Record<string, unknown> = isMap(base) ? { ...base } : {};
  for (const [name, value] of Object.entries(isMap(over) ? over : {}))
    result[name] = isMap(value) && isMap(result[name]) ? merged(result[name], value) : value;
  return result;
}

/** A file, and the objects in it. */
interface ReadFile {
  /** Its path, relative to the stack's file where it lies below that. */
  readonly file: string;
  readonly objects: readonly ClusterObject[];
}

/** Reads a file, a folder of files, or a kustomization. */
function readManifests(place: string, folder: string): ReadFile[] {
  const path = resolve(folder, place);
  if (!existsSync(path)) refuse(place, `must be a file or a folder, and ${path} is neither`);
  const objectsIn = (files: readonly string[], textOf: (file: string) => string) =>
    sized(files.map(textOf), place).map((text, index) => {
      const file = files[index] ?? path;
      return { file: relative(folder, file), objects: readObjects(text, file) };
    });
  if (!statSync(path).isDirectory()) return objectsIn([path], read);
  if (kustomizations.some((name) => existsSync(join(path, name))))
    return objectsIn([path], (file) => kustomize(file, place));
  const files = readdirSync(path)
    .filter((name) => /\.(ya?ml|json)$/.test(name))
    .sort()
    .map((name) => join(path, name));
  if (files.length === 0) refuse(place, "must have files that end in .yaml, .yml or .json, or a kustomization.yaml");
  return objectsIn(files, read);
}

function read(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    throw new UserError(`can't read ${path}: ${(error as Error).message}`, "SLUICE1103");
  }
}

function sized(texts: readonly string[], place: string): readonly string[] {
  const bytes = texts.reduce((sum, text) => sum + Buffer.byteLength(text), 0);
  if (bytes > mostBytes)
    refuse(
      place,
      `must have at most ${mostBytes / 1e6} MB, and it has ${(bytes / 1e6).toFixed(1)} MB: keep what isn't part of the application (CRDs, dashboards) apart`,
    );
  return texts;
}

/** Kustomize's own build, which `kubectl` has in it. */
function kustomize(path: string, place: string): string {
  const programs: readonly (readonly [string, readonly string[]])[] = [
    ["kubectl", ["kustomize"]],
    ["kustomize", ["build"]],
  ];
  for (const [program, args] of programs) {
    try {
      return execFileSync(program, [...args, path], {
        encoding: "utf8",
        stdio: ["ignore", "pipe", "pipe"],
        maxBuffer: 16 * mostBytes,
      });
    } catch (error) {
      const { code, stderr = "" } = error as NodeJS.ErrnoException & { readonly stderr?: string };
      if (code === "ENOENT") continue;
      refuse(place, `can't be built by ${program} ${args.join(" ")}: ${reasonOf(stderr) || code}`);
    }
  }
  refuse(place, `needs kubectl or kustomize on the PATH to be built: ${basename(path)} is a kustomization`);
}

/** kubectl wraps kustomize's message in a line of its own log. */
function reasonOf(stderr: string): string {
  const text = stderr.trim().replace(/\s+/g, " ");
  return /err="(.*)"$/.exec(text)?.[1] ?? text;
}

function refuse(value: string, allowed: string): never {
  throw new ConfigError([{ key: "from.manifests", value, allowed }]);
}
