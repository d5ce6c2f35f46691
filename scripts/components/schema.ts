import { join } from "node:path";
import ts from "typescript";
import { description, license, name } from "../../package.json";
import { packageFolder } from "../../package-folder";
import type { ComponentSpec, PackageSpec, Properties } from "./spec";
import { documented, isInternal, SchemaTypes } from "./types";

/**
 * Pulumi's package schema of the components that the package exports, by which Pulumi makes SDKs for other languages. Types
 * and documentation are those of the TypeScript classes.
 */
export function componentsSchema(): PackageSpec {
  const entry = join(packageFolder, "package", "index.ts");
  const { config } = ts.readConfigFile(join(packageFolder, "tsconfig.json"), (file) => ts.sys.readFile(file)) as {
    readonly config: unknown;
  };
  const program = ts.createProgram([entry], ts.parseJsonConfigFileContent(config, ts.sys, packageFolder).options);
  const checker = program.getTypeChecker();
  const source = program.getSourceFile(entry);
  const exported = source && checker.getSymbolAtLocation(source);
  const resources: Record<string, ComponentSpec> = {};
  const types: PackageSpec["types"][] = [];
  for (const symbol of exported ? checker.getExportsOfModule(exported) : []) {
    const component = componentOf(symbol, program);
    if (component === undefined) continue;
    resources[component.token] = component.spec;
    types.push(component.types);
  }
  return {
    name,
    displayName: "Sluice",
    description,
    license,
    language: Object.fromEntries(
      ["nodejs", "python", "go", "csharp", "java"].map((language) => [language, { respectSchemaVersion: true }]),
    ),
    types: Object.assign({}, ...types) as PackageSpec["types"],
    resources,
  };
}

/** A component of the package, if what is exported is one. */
function componentOf(exported: ts.Symbol, program: ts.Program) {
  const checker = program.getTypeChecker();
  const symbol = exported.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(exported) : exported;
  const declaration = symbol.declarations?.find((one) => ts.isClassDeclaration(one));
  const constructor = declaration?.members.find((one) => ts.isConstructorDeclaration(one));
  const args = constructor?.parameters[1];
  if (!declaration || !constructor || !args) return undefined;
  const token = tokenOf(constructor);
  const types = new SchemaTypes(program, token.slice(0, token.lastIndexOf(":")));
  const inputs = types.propertiesOf(checker.getTypeAtLocation(args), symbol.name);
  const spec: ComponentSpec = {
    ...documented(symbol, checker),
    isComponent: true,
    type: "object",
    inputProperties: inputs.properties,
    requiredInputs: inputs.required,
    ...outputsOf(declaration, types, checker),
  };
  return { token, spec, types: types.named };
}

/** The outputs of a component. A resource that it holds stays in the program that made it. */
function outputsOf(declaration: ts.ClassDeclaration, types: SchemaTypes, checker: ts.TypeChecker): Properties {
  const properties: Record<string, Properties["properties"][string]> = {};
  const required: string[] = [];
  for (const member of declaration.members) {
    const symbol = ts.isPropertyDeclaration(member) ? checker.getSymbolAtLocation(member.name) : undefined;
    const node = ts.isPropertyDeclaration(member) ? member.type : undefined;
    if (!symbol || isInternal(symbol) || !node || !ts.isTypeReferenceNode(node)) continue;
    const [value] = node.typeArguments ?? [];
    if (!/\bOutput$/.test(node.typeName.getText()) || !value) continue;
    const type = checker.getTypeFromTypeNode(value);
    properties[symbol.name] = { ...documented(symbol, checker), ...types.valueOf(type, symbol.name) };
    if (checker.getNonNullableType(type) === type) required.push(symbol.name);
  }
  return { properties, required };
}

/** The type that the class registers its resource with: what it hands to the constructor of ComponentResource. */
function tokenOf(constructor: ts.ConstructorDeclaration): string {
  for (const statement of constructor.body?.statements ?? []) {
    const call = ts.isExpressionStatement(statement) ? statement.expression : undefined;
    if (!call || !ts.isCallExpression(call) || call.expression.kind !== ts.SyntaxKind.SuperKeyword) continue;
    const [token] = call.arguments;
    if (token && ts.isStringLiteral(token)) return token.text;
  }
  throw new Error(`${constructor.parent.name?.text ?? "A component"} hands no type to ComponentResource`);
}
