import { readdirSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { parse, YAMLParseError } from "yaml";
import { isMap } from "../config/is-map";
import { UserError } from "../progress/user-error";

/** A stack's config as its file has it. */
export interface StackFile {
  /** The stack's name. */
  readonly stack: string;
  /** The file's path. */
  readonly file: string;
  /** The values by full key (`sluice:host`, `kubernetes:context`). */
  readonly config: Readonly<Record<string, unknown>>;
}

/** The folder of Pulumi.yaml and the stack files. */
export const projectFolder = join(__dirname, "..");

/** Where a stack's file is, or would be. */
export function stackFilePath(stack: string): string {
  return join(projectFolder, `Pulumi.${stack}.yaml`);
}

/**
 * Reads `Pulumi.<stack>.yaml` of the project.
 *
 * @throws UserError where there is no such stack, or its file is no YAML.
 */
export function readStack(stack: string, folder = projectFolder): StackFile {
  const name = `Pulumi.${stack}.yaml`;
  const known = readdirSync(folder).flatMap((entry) => /^Pulumi\.(.+)\.yaml$/.exec(entry)?.[1] ?? []);
  if (!known.includes(stack))
    throw new UserError(`there is no stack ${stack}: ${name} is missing; stacks of this project: ${known.join(", ")}`);
  return readStackFile(join(folder, name), stack);
}

/**
 * Reads any Pulumi stack file.
 *
 * @throws UserError where the file is missing or no YAML map with `config`.
 */
export function readStackFile(file: string, stack = stackOf(file)): StackFile {
  try {
    return stackOfText(readFileSync(file, "utf8"), file, stack);
  } catch (error) {
    if (error instanceof UserError) throw error;
    throw new UserError(`can't read the stack file ${file}: ${(error as Error).message}`);
  }
}

/**
 * The stack that a file's text says.
 *
 * @throws UserError where it is no YAML map with `config`.
 */
export function stackOfText(text: string, file: string, stack: string): StackFile {
  const content = parseYaml(text, file);
  const config = isMap(content) ? (content["config"] ?? {}) : undefined;
  if (!isMap(config)) throw new UserError(`${file} is no Pulumi stack file: it must be a YAML map with a map config`);
  return { stack, file, config: mapOf(config, withoutEncrypted) };
}

/** What an encrypted value reads as where nothing can decrypt it. */
export const encrypted = "[secret]";

/**
 * Refuses a config that holds values which only Pulumi can decrypt.
 *
 * @throws UserError naming the keys.
 */
export function refuseEncrypted(config: Readonly<Record<string, unknown>>): void {
  const keys = Object.keys(config).filter((key) => hasEncrypted(config[key]));
  if (keys.length > 0)
    throw new UserError(
      `${keys.join(", ")}: only Pulumi can decrypt secure values: sluice preview shows what the stack makes`,
    );
}

/** True where a value is encrypted, or holds one that is. */
export function hasEncrypted(value: unknown): boolean {
  if (value === encrypted) return true;
  return typeof value === "object" && value !== null && Object.values(value).some(hasEncrypted);
}

function withoutEncrypted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutEncrypted);
  if (!isMap(value)) return value;
  return Object.keys(value).join() === "secure" ? encrypted : mapOf(value, withoutEncrypted);
}

function parseYaml(text: string, file: string): unknown {
  try {
    // Pulumi's reader is YAML 1.1's of Go, which merges maps by `<<`.
    return parse(text, { merge: true }) as unknown;
  } catch (error) {
    if (error instanceof YAMLParseError) throw new UserError(`${file} is no YAML: ${error.message}`);
    throw error;
  }
}

function stackOf(file: string): string {
  return /^Pulumi\.(.+)\.yaml$/.exec(basename(file))?.[1] ?? basename(file).replace(/\.ya?ml$/, "");
}

function mapOf(record: Record<string, unknown>, change: (value: unknown) => unknown): Record<string, unknown> {
  return Object.fromEntries(Object.entries(record).map(([key, value]) => [key, change(value)]));
}
