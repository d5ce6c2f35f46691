/**
 * The parts of Pulumi's package schema that the components need.
 *
 * @see https://www.pulumi.com/docs/iac/using-pulumi/extending-pulumi/schema/
 */
export interface PackageSpec {
  readonly name: string;
  readonly displayName: string;
  readonly description: string;
  readonly license: string;
  readonly language: Readonly<Record<string, unknown>>;
  readonly types: Readonly<Record<string, NamedTypeSpec>>;
  readonly resources: Readonly<Record<string, ComponentSpec>>;
}

/** A component: what it takes, and what it gives. */
export interface ComponentSpec extends ObjectSpec {
  readonly isComponent: true;
  readonly inputProperties: Readonly<Record<string, PropertySpec>>;
  readonly requiredInputs: readonly string[];
}

/** A type that others refer to by its token. */
export type NamedTypeSpec = ObjectSpec | EnumSpec;

/** An object with properties that are known by name. */
export interface ObjectSpec extends Properties {
  readonly type: "object";
  readonly description?: string;
}

/** The properties of an object, and which of them must be there. */
export interface Properties {
  readonly properties: Readonly<Record<string, PropertySpec>>;
  readonly required: readonly string[];
}

/** A text of a few possible ones. */
export interface EnumSpec {
  readonly type: "string";
  readonly enum: readonly { readonly value: string }[];
}

/** A property, with its documentation. */
export type PropertySpec = TypeSpec & { readonly description?: string };

/** The type of a value; a plain one can't be an output of another resource. */
export type TypeSpec = ValueSpec & { readonly plain?: true };

/** A type, whether plain or not. */
export type ValueSpec =
  | { readonly type: "string" | "integer" | "boolean" }
  | { readonly type: "array"; readonly items: TypeSpec }
  | { readonly type: "object"; readonly additionalProperties: TypeSpec }
  | { readonly $ref: string }
  | { readonly oneOf: readonly TypeSpec[] };
