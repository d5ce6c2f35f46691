import { z } from "zod";
import { configNamespace } from "../../config/own-values";
import { stackSchema } from "../../config/schema";
import { readDescriptions, type Descriptions } from "./descriptions";

type JsonSchema = z.core.JSONSchema.BaseSchema;

/**
 * The JSON schema of a stack file, for editors and for `sluice config explain`: what each key is for, its type, its default and
 * what of its range can be said so. Everything else that a key must be is told when the file is read.
 */
export function stackFileSchema(): JsonSchema {
  const schema = z.toJSONSchema(stackSchema, {
    io: "input",
    unrepresentable: "any",
    override: ({ zodSchema, jsonSchema }) => withRange(zodSchema, jsonSchema),
  });
  describeKeys(schema, readDescriptions());
  const { properties = {} } = schema;
  const keys = Object.entries(properties).map(([key, schema]) => [`${configNamespace}:${key}`, schema]);
  return {
    $schema: "http://json-schema.org/draft-07/schema#",
    title: "A stack of Sluice",
    type: "object",
    properties: {
      config: {
        type: "object",
        description: "The stack's config. Keys of other namespaces belong to Pulumi's providers.",
        properties: Object.fromEntries(keys) as Record<string, JsonSchema>,
        patternProperties: { [`^${configNamespace}:(?!(${Object.keys(properties).join("|")})$)`]: false as never },
      },
    },
  };
}

/** A number may be written as a text, too; its range is known behind that. */
function withRange(schema: z.core.$ZodTypes, json: JsonSchema): void {
  const { def } = schema._zod;
  if (def.type !== "pipe" || def.out._zod.def.type !== "number") return;
  const { minimum, maximum } = z.toJSONSchema(def.out);
  for (const option of json.anyOf ?? [])
    if (typeof option === "object" && option.type === "number")
      Object.assign(option, { type: "integer", minimum, maximum });
}

/** Schemas that several keys share are copied only when all is done: each key has its own text. */
function describeKeys(json: JsonSchema, describe: Descriptions): void {
  const { properties = {} } = json;
  for (const [key, text] of Object.entries(describe(Object.keys(properties)))) {
    const property = properties[key];
    if (typeof property === "object") properties[key] = { description: text, ...property };
  }
  for (const inner of Object.values(json)) if (typeof inner === "object") describeKeys(inner as JsonSchema, describe);
}
