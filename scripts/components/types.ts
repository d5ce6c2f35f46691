import ts from "typescript";
import type { NamedTypeSpec, Properties, PropertySpec, TypeSpec, ValueSpec } from "./spec";

/** The types of the components' arguments as Pulumi's package schema has them, with the comments of their properties. */
export class SchemaTypes {
  /** The types that others refer to, by their tokens. */
  readonly named: Record<string, NamedTypeSpec> = {};

  /** @param module what the tokens of named types begin with, such as `sluice:release`. */
  constructor(
    private readonly program: ts.Program,
    private readonly module: string,
  ) {}

  private get checker(): ts.TypeChecker {
    return this.program.getTypeChecker();
  }

  /**
   * The properties of an interface or of an object's type.
   *
   * @param owner its name, with which the names of types begin that have none in the sources.
   */
  propertiesOf(type: ts.Type, owner: string): Properties {
    const symbols = type.getProperties().filter((symbol) => !isInternal(symbol));
    const specs = symbols.map((symbol): [string, PropertySpec] => {
      const node = symbol.declarations?.find((one) => ts.isPropertySignature(one))?.type;
      const property = this.checker.getTypeOfSymbol(symbol);
      const name = this.ownName(property, node) ?? `${owner}${capitalized(symbol.name)}`;
      return [symbol.name, { ...documented(symbol, this.checker), ...this.typeOf(property, name) }];
    });
    const required = symbols.filter(({ flags }) => !(flags & ts.SymbolFlags.Optional));
    return { properties: Object.fromEntries(specs), required: required.map(({ name }) => name) };
  }

  /** A value's type: plain, unless the sources say that it may be an input. */
  typeOf(type: ts.Type, name: string): TypeSpec {
    // Anything may be an input, too.
    if (type.flags & ts.TypeFlags.Unknown) return { $ref: "pulumi.json#/Any" };
    const present = this.checker.getNonNullableType(type);
    const promised = this.promised(present);
    return promised ? this.valueOf(promised, name) : { ...this.valueOf(present, name), plain: true };
  }

  /** A type, whether its value may be an input or not. */
  valueOf(given: ts.Type, name: string): ValueSpec {
    const type = this.checker.getNonNullableType(given);
    if (type.flags & ts.TypeFlags.String) return { type: "string" };
    // Numbers are counts, ports, percents and seconds.
    if (type.flags & ts.TypeFlags.Number) return { type: "integer" };
    if (type.flags & ts.TypeFlags.Boolean) return { type: "boolean" };
    const parts = type.isUnion() ? type.types : [type];
    if (parts.every((part) => part.isStringLiteral()))
      return this.reference(name, { type: "string", enum: parts.map(({ value }) => ({ value })) });
    if (parts.length > 1) return { oneOf: parts.map((part) => this.typeOf(part, name)) };
    const [item] = this.checker.isArrayType(type) ? this.checker.getTypeArguments(type as ts.TypeReference) : [];
    if (item) return { type: "array", items: this.typeOf(item, this.ownName(item) ?? name) };
    const value = type.getStringIndexType();
    if (value) return { type: "object", additionalProperties: this.typeOf(value, this.ownName(value) ?? name) };
    if (type.getProperties().length > 0)
      return this.reference(name, { type: "object", ...this.propertiesOf(type, name) });
    throw new Error(`${name}: Pulumi's package schema has no type for ${this.checker.typeToString(type)}`);
  }

  private reference(name: string, spec: NamedTypeSpec): ValueSpec {
    const token = `${this.module}:${name}`;
    const known = this.named[token];
    if (known && JSON.stringify(known) !== JSON.stringify(spec)) throw new Error(`There are two types ${token}`);
    this.named[token] = spec;
    return { $ref: `#/types/${token}` };
  }

  /** What an input is a promise of, if it is an input. */
  private promised(type: ts.Type): ts.Type | undefined {
    const promise = type.isUnion() ? type.types.find(({ symbol }) => symbol?.name === "Promise") : undefined;
    return promise && this.checker.getTypeArguments(promise as ts.TypeReference)[0];
  }

  /** The name that a type has in the sources, without `Args`, which Pulumi adds itself. */
  private ownName(type: ts.Type, node?: ts.TypeNode): string | undefined {
    const referred = node && ts.isTypeReferenceNode(node) ? this.checker.getSymbolAtLocation(node.typeName) : undefined;
    const isOwn = (symbol: ts.Symbol | undefined) =>
      symbol?.declarations?.some(
        (one) =>
          (ts.isInterfaceDeclaration(one) || ts.isTypeAliasDeclaration(one)) &&
          !one.getSourceFile().fileName.includes("/node_modules/"),
      );
    return [referred, type.aliasSymbol, type.symbol].find(isOwn)?.name.replace(/Args$/, "");
  }
}

/** The documentation of a declaration as one paragraph, without its example, which is TypeScript. */
export function documented(symbol: ts.Symbol, checker: ts.TypeChecker): { readonly description?: string } {
  const text = ts.displayPartsToString(symbol.getDocumentationComment(checker));
  const description = text
    .replace(/```[^]*?```/g, "")
    .replace(/\{@link (\S+?)\}/g, "`$1`")
    .replace(/\s+/g, " ")
    .trim();
  return description === "" ? {} : { description };
}

/** Whether a declaration is left out of the package's types. */
export function isInternal(symbol: ts.Symbol): boolean {
  return symbol.getJsDocTags().some(({ name }) => name === "internal");
}

function capitalized(name: string): string {
  return `${name.charAt(0).toUpperCase()}${name.slice(1)}`;
}
