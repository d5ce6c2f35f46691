import type { TextLine } from "./texts";

/** The comments of a shell script or a YAML file; those on lines that follow each other are one text. */
export function commentLines(source: string): TextLine[] {
  return source.split("\n").map((line, index) => {
    const [, text = ""] = /(?:^|\s)#(?!!)\s?(.*)$/.exec(line) ?? [];
    return { text, line: index + 1 };
  });
}
