import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import ts from "typescript";
import { packageFolder } from "../../package-folder";

/** What the sources in config/ say of the keys of a map: the texts by key, found by the map's keys. */
export type Descriptions = (keys: readonly string[]) => Readonly<Record<string, string>>;

/**
 * Reads the comments of the keys of every object literal in config/. The schema has no texts of its own, because people who change
 * a key look at its comment; a map is known again by the names of all its keys.
 */
export function readDescriptions(): Descriptions {
  const folder = join(packageFolder, "config");
  const sources = readdirSync(folder)
    .filter((name) => name.endsWith(".ts"))
    .map((name) => ts.createSourceFile(name, readFileSync(join(folder, name), "utf8"), ts.ScriptTarget.Latest, true));
  const shared = new Map(sources.flatMap((source) => source.statements.flatMap(namedLiterals)));
  const found = new Map<string, Readonly<Record<string, string>>>();
  const take = (node: ts.Node): void => {
    if (ts.isObjectLiteralExpression(node)) {
      const { keys, texts } = commented(node, shared);
      const before = found.get(keyOf(keys));
      if (Object.keys(texts).length > Object.keys(before ?? {}).length) found.set(keyOf(keys), texts);
    }
    ts.forEachChild(node, take);
  };
  sources.forEach(take);
  return (keys) => found.get(keyOf(keys)) ?? {};
}

type Literals = ReadonlyMap<string, ts.ObjectLiteralExpression>;

/** The object literals that have a name, by which others spread them. */
function namedLiterals(statement: ts.Statement): [name: string, literal: ts.ObjectLiteralExpression][] {
  const declarations = ts.isVariableStatement(statement) ? statement.declarationList.declarations : [];
  return declarations.flatMap(({ name, initializer }) =>
    initializer && ts.isObjectLiteralExpression(initializer) ? [[name.getText(), initializer]] : [],
  );
}

/** The keys of an object literal and their comments, with those of the literals that it spreads. */
function commented(literal: ts.ObjectLiteralExpression, shared: Literals) {
  const keys: string[] = [];
  const texts: Record<string, string> = {};
  for (const property of literal.properties) {
    if (ts.isSpreadAssignment(property)) {
      const spread = shared.get(property.expression.getText());
      if (!spread) continue;
      const inner = commented(spread, shared);
      keys.push(...inner.keys);
      Object.assign(texts, inner.texts);
    } else if (property.name) {
      const name = property.name.getText();
      keys.push(name);
      const [doc] = ts.getJSDocCommentsAndTags(property);
      const text = doc && ts.isJSDoc(doc) ? ts.getTextOfJSDocComment(doc.comment) : undefined;
      if (text !== undefined) texts[name] = text.replace(/\s+/g, " ").trim();
    }
  }
  return { keys, texts };
}

function keyOf(keys: readonly string[]): string {
  return [...keys].sort().join(" ");
}
