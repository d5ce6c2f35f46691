/** A piece of text on one line, and how it is colored. */
export interface Piece {
  readonly text: string;
  readonly color?: (text: string) => string;
}

/** A text that fits a number of columns, its end cut off if it is too long. */
export function fit(text: string, width: number): string {
  const characters = Array.from(text);
  return characters.length <= width ? text : `${characters.slice(0, Math.max(0, width - 1)).join("")}…`;
}

/**
 * Puts pieces side by side, two columns apart, in as few lines as they need.
 *
 * @param indent how far lines after the first are moved to the right.
 */
export function flow(pieces: readonly Piece[], width: number, indent = 2): string[] {
  const lines: Piece[][] = [];
  let used = 0;
  for (const { text, color } of pieces) {
    const line = lines.at(-1);
    const isFirst = lines.length === 0;
    const piece = { text: fit(text, isFirst ? width : width - indent), color };
    const length = Array.from(piece.text).length;
    if (line && used + 2 + length <= width) {
      line.push(piece);
      used += 2 + length;
    } else {
      lines.push([piece]);
      used = (isFirst ? 0 : indent) + length;
    }
  }
  return lines.map((line, index) => `${" ".repeat(index === 0 ? 0 : indent)}${line.map(paint).join("  ")}`);
}

/** Breaks a sentence between words. */
export function wrap(text: string, width: number, indent = 2, color?: Piece["color"]): string[] {
  const lines: string[] = [];
  for (const word of text.split(" ")) {
    const line = lines.at(-1);
    const room = width - (lines.length > 1 ? indent : 0);
    if (line !== undefined && Array.from(`${line} ${word}`).length <= room) lines[lines.length - 1] = `${line} ${word}`;
    else lines.push(fit(word, width - (lines.length > 0 ? indent : 0)));
  }
  return lines.map((line, index) => `${" ".repeat(index === 0 ? 0 : indent)}${paint({ text: line, color })}`);
}

/**
 * The first lines that fit a number of rows, the last one saying how many are missing.
 *
 * @param rows at least 1.
 */
export function clip(lines: readonly string[], width: number, rows: number): readonly string[] {
  if (lines.length <= rows) return lines;
  const shown = lines.slice(0, rows - 1);
  return [...shown, fit(`… ${lines.length - shown.length} more lines: make the terminal higher`, width)];
}

function paint({ text, color }: Piece): string {
  return color ? color(text) : text;
}
