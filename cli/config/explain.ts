import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Command } from "commander";
import { groups } from "../../config/own-values";
import { ConfigError } from "../../config/problems";
import { suggestion } from "../../values/nearest-name";
import { renamedKeys } from "../../config/renamed";
import { packageFolder } from "../../package-folder";
import { say } from "../session";

/** As much of a JSON schema as a key is explained by. */
interface KeySchema {
  readonly description?: string;
  readonly type?: string;
  readonly default?: unknown;
  readonly enum?: readonly unknown[];
  readonly const?: string;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly anyOf?: readonly KeySchema[];
  readonly items?: KeySchema;
  readonly properties?: Readonly<Record<string, KeySchema>>;
  readonly additionalProperties?: KeySchema | boolean;
}

/** `sluice config explain`: what can stand in a stack file. */
export function explainKeysCommand(): Command {
  return new Command("explain")
    .description("show what a stack file's key is for, what it takes, and its default")
    .argument("[key]", "a key, for example rollout.interval or versions.NAME.image (default: all of them)")
    .option("--json", "the key's JSON schema")
    .addHelpText(
      "after",
      `
Examples:
  sluice config explain
  sluice config explain canaryWeight
  sluice config explain versions.v1.probes`,
    )
    .action((key: string | undefined, options: { readonly json?: boolean }) => {
      const schema = key === undefined ? readKeys() : schemaAt(key);
      say({}, options.json ? JSON.stringify(schema, undefined, 2) : explainKey(key, schema).join("\n"));
    });
}

function readKeys(): KeySchema {
  const file = readFileSync(join(packageFolder, "sluice.schema.json"), "utf8");
  const { config = {} } = (JSON.parse(file) as KeySchema).properties ?? {};
  const keys = Object.entries(config.properties ?? {}).map(([key, schema]) => [key.replace(/^sluice:/, ""), schema]);
  return { ...config, properties: Object.fromEntries(keys) as KeySchema["properties"] };
}

/** @throws ConfigError for a key that there is not, with its new name or the nearest one. */
function schemaAt(key: string): KeySchema {
  const path = key.replace(/^sluice:/, "").split(".");
  const old = renamedKeys.find(({ from, to }) => from === path[0] && !to.startsWith(`${from}.`));
  if (old)
    throw new ConfigError([], [`${old.from} is now ${old.to}: sluice config explain ${old.to} says what it takes`]);
  return path.reduce<KeySchema>((schema, part, index) => {
    const { properties = {}, additionalProperties } = insideOf(schema);
    if (Object.hasOwn(properties, part)) return properties[part] ?? {};
    if (typeof additionalProperties === "object") return additionalProperties;
    const here = path.slice(0, index + 1).join(".");
    throw new ConfigError([], [`${here} is not a key of a stack file${suggestion(part, Object.keys(properties))}`]);
  }, readKeys());
}

/** The map that a key takes: itself, or one of a list. */
function insideOf(schema: KeySchema): KeySchema {
  const maps = [schema, ...(schema.anyOf ?? []), ...(schema.items ? [insideOf(schema.items)] : [])];
  return maps.find(({ properties, additionalProperties }) => properties ?? additionalProperties) ?? {};
}

function explainKey(key: string | undefined, schema: KeySchema): string[] {
  const inside = key === undefined ? withGroups(keysIn(schema)) : keysIn(schema);
  const width = Math.max(...inside.map(([name]) => name.length), 0);
  const rows = inside.map(([name, inner]) => `  ${name.padEnd(width)}  ${summaryOf(inner)}`);
  if (key === undefined) return rows.map((row) => row.slice(2));
  const facts = [
    `  takes ${takes(schema)}`,
    ...(schema.default === undefined ? [] : [`  default: ${JSON.stringify(schema.default)}`]),
  ];
  return [`${key}: ${schema.description ?? "see the keys in it"}`, ...facts, ...rows];
}

function keysIn(schema: KeySchema): [name: string, schema: KeySchema][] {
  return Object.entries(insideOf(schema).properties ?? {});
}

/** The keys of a stack, each group's behind it, so that a search for `tls` finds it. */
function withGroups(keys: readonly [name: string, schema: KeySchema][]): [name: string, schema: KeySchema][] {
  return keys.flatMap(([name, schema]) => {
    const inside = (groups as readonly string[]).includes(name) ? keysIn(schema) : [];
    return [[name, schema], ...inside.map(([child, inner]): [string, KeySchema] => [`${name}.${child}`, inner])];
  });
}

function summaryOf({ description = "" }: KeySchema): string {
  return /^.*?[.;](?= |$)|.*/.exec(description)?.[0].replace(/[.;]$/, "") ?? "";
}

function takes(schema: KeySchema): string {
  const { type, enum: values, const: value, anyOf, items, minimum, maximum } = schema;
  if (values) return values.map(String).join(", ");
  if (value !== undefined) return value;
  if (anyOf) return [...new Set(anyOf.map(takes))].join(" or ");
  if (type === "array") return `a list, each ${items ? takes(items) : "anything"}`;
  if (type === "object") return "a map";
  const range = [
    ...(minimum === undefined ? [] : [`from ${minimum}`]),
    ...(maximum === undefined ? [] : [`to ${maximum}`]),
  ];
  return [
    type === "string"
      ? "a text"
      : type === "boolean"
        ? "true or false"
        : type === "integer"
          ? "a whole number"
          : `a ${type ?? "value"}`,
    ...range,
  ].join(" ");
}
