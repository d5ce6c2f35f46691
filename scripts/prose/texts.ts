import * as ts from "typescript";

/** A line of a text in a source file; an empty one ends each text. */
export interface TextLine {
  /** The line as its reader sees it, with `NAME` in the place of each value. */
  readonly text: string;
  /** Its line in the source file, from 1. */
  readonly line: number;
}

/** The texts of a TypeScript file: its comments, and its strings of three words or more. */
export function textLines(source: string): TextLine[] {
  const file = ts.createSourceFile("source.ts", source, ts.ScriptTarget.Latest, true);
  const texts = new Map<number, string>();
  const visit = (node: ts.Node): void => {
    for (const { pos, end } of commentsAround(node, source)) texts.set(pos, commentText(source.slice(pos, end)));
    const text = stringText(node);
    if (text !== undefined && text.trim().split(/\s+/).length >= 3) texts.set(node.getStart(), text);
    node.getChildren().forEach(visit);
  };
  visit(file);
  return [...texts].flatMap(([position, text]) => {
    const first = file.getLineAndCharacterOfPosition(position).line + 1;
    return [...text.split("\n"), ""].map((part, index) => ({ text: part, line: first + index }));
  });
}

function commentsAround(node: ts.Node, source: string): ts.CommentRange[] {
  return [
    ...(ts.getLeadingCommentRanges(source, node.getFullStart()) ?? []),
    ...(ts.getTrailingCommentRanges(source, node.getEnd()) ?? []),
  ];
}

/** A comment without the signs that make it one. */
function commentText(comment: string): string {
  return comment.replace(/^[ \t]*(?:\/\*+|\*\/|\*|\/\/+) ?|\*\/$/gm, "");
}

function stringText(node: ts.Node): string | undefined {
  if (ts.isStringLiteralLike(node)) return node.text;
  if (!ts.isTemplateExpression(node)) return undefined;
  return node.head.text + node.templateSpans.map(({ literal }) => `NAME${literal.text}`).join("");
}
