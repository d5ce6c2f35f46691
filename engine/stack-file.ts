import { readdirSync, readFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { encrypted, hasEncrypted } from "../values/encrypted";
import { isMap } from "../values/is-map";
import { readYaml } from "../values/read-yaml";
import { UserError } from "../progress/user-error";
import { withSource } from "../sources/read";
import { projectFolder } from "./project-folder";

/** A stack's config as its file has it. */
export interface StackFile {
  /** The stack's name. */
  readonly stack: string;
  /** The file's path. */
  readonly file: string;
  /** The values by full key (`sluice:host`, `kubernetes:context`). */
  readonly config: Readonly<Record<string, unknown>>;
}

/**
 * The path of a stack's file, whether it exists or not.
 *
 * @throws UserError if there is no project.
 */
export function stackFilePath(stack: string): string {
  return join(projectFolder(), `Pulumi.${stack}.yaml`);
}

/**
 * Reads `Pulumi.<stack>.yaml` of the project.
 *
 * @throws UserError if there is no project or no such stack, or if its file is not valid YAML.
 */
export function readStack(stack: string, folder = projectFolder()): StackFile {
  const name = `Pulumi.${stack}.yaml`;
  const known = readdirSync(folder).flatMap((entry) => /^Pulumi\.(.+)\.yaml$/.exec(entry)?.[1] ?? []);
  if (!known.includes(stack))
    throw new UserError(
      `there is no stack ${stack}: ${name} is missing; stacks of this project: ${known.join(", ") || "none"}`,
      "SLUICE1102",
    );
  return readStackFile(join(folder, name), stack);
}

/**
 * Reads any Pulumi stack file.
 *
 * @throws UserError if the file is missing, or is not a YAML map with `config`.
 */
export function readStackFile(file: string, stack = stackOf(file)): StackFile {
  try {
    return stackOfText(readFileSync(file, "utf8"), file, stack);
  } catch (error) {
    if (error instanceof UserError) throw error;
    throw new UserError(`can't read the stack file ${file}: ${(error as Error).message}`, "SLUICE1103");
  }
}

/**
 * The stack that a file's text says.
 *
 * @throws UserError if it is not a YAML map with `config`.
 */
export function stackOfText(text: string, file: string, stack: string): StackFile {
  const values = valuesOfText(text, file);
  refuseEncryptedSource(values, file);
  return { stack, file, config: withSource(values, dirname(file)) };
}

/**
 * The values of a file's text by full key, without the objects that they name.
 *
 * @throws UserError if it is not a YAML map with `config`.
 */
export function valuesOfText(text: string, file: string): Record<string, unknown> {
  const content = readYaml(text, file);
  const config = isMap(content) ? (content["config"] ?? {}) : undefined;
  if (!isMap(config))
    throw new UserError(`${file} is not a Pulumi stack file: it must be a YAML map with a map config`, "SLUICE1103");
  return mapOf(config, withoutEncrypted);
}

/** Nothing can decrypt a chart's values when it is rendered. */
function refuseEncryptedSource(values: Readonly<Record<string, unknown>>, file: string): void {
  const { "sluice:from": from, "sluice:versions": versions } = values;
  const ofVersions = isMap(versions) ? Object.values(versions).map((one) => isMap(one) && one["values"]) : [];
  if (![from, ...ofVersions].some(hasEncrypted)) return;
  throw new UserError(
    `${file}: sluice:from and a version's values can't have encrypted values yet: keep the secret in a Secret of the cluster and have the chart refer to it`,
    "SLUICE1109",
  );
}

/**
 * Refuses a config that holds values which only Pulumi can decrypt.
 *
 * @throws UserError naming the keys.
 */
export function refuseEncrypted(config: Readonly<Record<string, unknown>>): void {
  const keys = Object.keys(config).filter((key) => hasEncrypted(config[key]));
  if (keys.length > 0)
    throw new UserError(
      `${keys.join(", ")}: only Pulumi can decrypt secure values: use sluice preview to see what the stack makes`,
      "SLUICE1109",
    );
}

function withoutEncrypted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutEncrypted);
  if (!isMap(value)) return value;
  return Object.keys(value).join() === "secure" ? encrypted : mapOf(value, withoutEncrypted);
}

function stackOf(file: string): string {
  return /^Pulumi\.(.+)\.yaml$/.exec(basename(file))?.[1] ?? basename(file).replace(/\.ya?ml$/, "");
}

function mapOf(record: Record<string, unknown>, change: (value: unknown) => unknown): Record<string, unknown> {
  return Object.fromEntries(Object.entries(record).map(([key, value]) => [key, change(value)]));
}
