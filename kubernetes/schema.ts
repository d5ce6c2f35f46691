import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { isMap } from "../values/is-map";
import { suggestion } from "../values/nearest-name";

/** One thing in a Kubernetes object that its schema doesn't know, or knows otherwise. */
export interface SchemaFault {
  /** The place inside the object. */
  readonly path: readonly (string | number)[];
  readonly value: unknown;
  /** What is allowed, as the rest of a sentence that begins with "it". */
  readonly allowed: string;
}

/** How an object is compared with its schema. */
export interface SchemaOptions {
  /** True for a strategic merge patch: it needs no field, `null` removes one, and `$patch` says what becomes of a map. */
  readonly isPatch?: boolean;
  /** True for a value of a stack file, where Pulumi puts numbers in quotes for as long as it runs. */
  readonly isInStackFile?: boolean;
}

interface Attribute {
  readonly baseName: string;
  readonly type: string;
  readonly format: string;
}

interface Model {
  readonly attributes: readonly Attribute[];
  readonly required: readonly string[];
}

/** A value on its way through the schema. */
interface Place {
  readonly value: unknown;
  readonly path: SchemaFault["path"];
  /** The nearest field's name. */
  readonly field: string;
  readonly options: SchemaOptions;
}

/** Whose OpenAPI document the models are made of: that of the client of which package.json pins the version. */
const release = "Kubernetes 1.34";
const models = "@kubernetes/client-node/dist/gen/models";
const requireHere = createRequire(__filename);
const known = new Map<string, Model>();

/**
 * Compares a value with Kubernetes' own schema: field names, the types of their values, and what is required.
 *
 * Of the client that carries the schema, only the models are read that the value needs, a file each: no part of it runs, and
 * loading all 850 would double the time that a command takes to start.
 *
 * @param type the model's name, such as `V1Probe` or `V1PodTemplateSpec`.
 */
export function schemaFaults(type: string, value: unknown, options: SchemaOptions = {}): SchemaFault[] {
  return faultsOf({ type, format: "" }, { value, path: [], field: "", options });
}

function faultsOf({ type, format }: Pick<Attribute, "type" | "format">, place: Place): SchemaFault[] {
  const { value, path, options } = place;
  // The API server takes an empty field for a missing one.
  if (value === undefined || value === null) return [];
  const inside = (inner: string, key: string | number, one: unknown) =>
    faultsOf({ type: inner, format }, { ...place, value: one, path: [...path, key] });
  const list = /^Array<(.*)>$/.exec(type)?.[1];
  if (list !== undefined)
    return Array.isArray(value)
      ? value.flatMap((one: unknown, index) => inside(list, index, one))
      : [{ path, value, allowed: "must be a list" }];
  const map = /^\{ \[key: string\]: (.*); \}$/.exec(type)?.[1];
  if (map !== undefined)
    return isMap(value)
      ? Object.entries(value).flatMap(([name, one]) => (isDirective(name, options) ? [] : inside(map, name, one)))
      : [{ path, value, allowed: "must be a map" }];
  const plain = plainTypes[format] ?? plainTypes[type];
  if (plain) {
    const readings = options.isInStackFile ? [value, unquoted(value)] : [value];
    return readings.some((one) => plain.isRight(one, place.field)) ? [] : [{ path, value, allowed: plain.allowed }];
  }
  return type === "any" ? [] : faultsInside(type, place);
}

function faultsInside(type: string, { value, path, options }: Place): SchemaFault[] {
  const { attributes, required } = modelOf(type);
  const names = attributes.map(({ baseName }) => baseName);
  if (!isMap(value)) return [{ path, value, allowed: `must be a map of ${names.join(", ")}` }];
  const missing = options.isPatch ? [] : required.filter((name) => value[name] === undefined || value[name] === null);
  return [
    ...Object.entries(value).flatMap(([name, inner]) => {
      if (isDirective(name, options)) return [];
      const attribute = attributes.find(({ baseName }) => baseName === name);
      if (attribute) return faultsOf(attribute, { value: inner, path: [...path, name], field: name, options });
      const allowed = `is not a field of ${kindOf(type)} in ${release}${suggestion(name, names)}`;
      return [{ path: [...path, name], value: inner, allowed }];
    }),
    ...missing.map((name) => ({
      path: [...path, name],
      value: undefined,
      allowed: `must be set, as ${kindOf(type)} requires it`,
    })),
  ];
}

/** `HTTPGetAction`, as the API's reference calls it. */
function kindOf(type: string): string {
  return type.replace(/^V\d+((alpha|beta)\d+)?/, "");
}

/** `$patch`, `$retainKeys` and their like, whose own rules aren't part of the schema. */
function isDirective(name: string, { isPatch = false }: SchemaOptions): boolean {
  return isPatch && name.startsWith("$");
}

function modelOf(type: string): Model {
  const found = known.get(type) ?? readModel(type);
  known.set(type, found);
  return found;
}

function readModel(type: string): Model {
  const { [type]: model } = requireHere(`${models}/${type}.js`) as Readonly<
    Record<string, { readonly attributeTypeMap: readonly Attribute[] }>
  >;
  // Which fields are required, only the declarations say.
  const declaration = readFileSync(requireHere.resolve(`${models}/${type}.d.ts`), "utf8");
  const required = [...declaration.matchAll(/^ {4}'(\w+)': /gm)].map(([, name = ""]) => name);
  return { attributes: model?.attributeTypeMap ?? [], required };
}

function unquoted(value: unknown): unknown {
  if (value === "true" || value === "false") return value === "true";
  return typeof value === "string" && /^-?\d+$/.test(value) ? Number(value) : value;
}

/** Fields whose texts are quantities: the API server takes numbers for them too, as in `cpu: 1`. */
const quantities = new Set([
  "limits",
  "requests",
  "overhead",
  "sizeLimit",
  "divisor",
  "hard",
  "capacity",
  "averageValue",
]);

interface PlainType {
  readonly isRight: (value: unknown, field: string) => boolean;
  readonly allowed: string;
}

const whole: PlainType = { isRight: (value) => Number.isInteger(value), allowed: "must be a whole number" };

/** The types of OpenAPI, and its formats where these say more. */
const plainTypes: Readonly<Record<string, PlainType>> = {
  int32: whole,
  int64: whole,
  "int-or-string": {
    isRight: (value) => typeof value === "string" || Number.isInteger(value),
    allowed: "must be a whole number or a text",
  },
  string: {
    isRight: (value, field) => typeof value === "string" || (typeof value === "number" && quantities.has(field)),
    allowed: "must be a text: numbers and yes or no in quotes",
  },
  number: { isRight: (value) => typeof value === "number", allowed: "must be a number" },
  boolean: { isRight: (value) => typeof value === "boolean", allowed: "must be true or false" },
  Date: { isRight: (value) => typeof value === "string", allowed: "must be a time such as 2026-01-31T12:00:00Z" },
};
