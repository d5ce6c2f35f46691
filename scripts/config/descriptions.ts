import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import ts from "typescript";
import { packageFolder } from "../../package-folder";

/** What the sources in config/ say of the keys of a map: the texts by key, found by the map's keys. */
export type Descriptions = (keys: readonly string[]) => Readonly<Record<string, string>>;

/**
 * Reads the comments of the keys of every object literal in config/. The schema has no texts of its own, and a comment is where
 * whoever changes a key looks; a map is known again by the names of all its keys.
 */
export function readDescriptions(): Descriptions {
  const folder = join(packageFolder, "config");
  const found = new Map<string, Readonly<Record<string, string>>>();
  for (const file of readdirSync(folder).filter((name) => name.endsWith(".ts"))) {
    const source = ts.createSourceFile(file, readFileSync(join(folder, file), "utf8"), ts.ScriptTarget.Latest, true);
    visit(source, (keys, texts) => {
      const before = found.get(keyOf(keys));
      if (Object.keys(texts).length > Object.keys(before ?? {}).length) found.set(keyOf(keys), texts);
    });
  }
  return (keys) => found.get(keyOf(keys)) ?? {};
}

function visit(node: ts.Node, take: (keys: readonly string[], texts: Record<string, string>) => void): void {
  if (ts.isObjectLiteralExpression(node)) {
    const named = node.properties.filter(
      (one) => ts.isPropertyAssignment(one) || ts.isShorthandPropertyAssignment(one),
    );
    const texts = named.flatMap((property) => {
      const [doc] = ts.getJSDocCommentsAndTags(property);
      const text = doc && ts.isJSDoc(doc) ? ts.getTextOfJSDocComment(doc.comment) : undefined;
      return text === undefined ? [] : [[property.name.getText(), text.replace(/\s+/g, " ").trim()] as const];
    });
    take(
      named.map(({ name }) => name.getText()),
      Object.fromEntries(texts),
    );
  }
  ts.forEachChild(node, (child) => visit(child, take));
}

function keyOf(keys: readonly string[]): string {
  return [...keys].sort().join(" ");
}
