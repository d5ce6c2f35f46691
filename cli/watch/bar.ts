/** The characters of a bar. */
const cells = { filled: "█", empty: "░", mark: "┃" };

/**
 * A bar of a share, with a mark where the planned share ends; if both are the same, the bar ends at the mark.
 *
 * @param share from 0 to 1. A share that is neither none nor all never looks like either.
 * @param planned from 0 to 1; a planned share of 0 has no mark.
 * @param width in columns.
 */
export function barOf(share: number, planned: number, width: number): string {
  const filled = cellsOf(share, width);
  const bar = Array.from({ length: width }, (_, cell) => (cell < filled ? cells.filled : cells.empty));
  if (planned > 0 && width > 0) bar[Math.max(0, cellsOf(planned, width) - 1)] = cells.mark;
  return bar.join("");
}

function cellsOf(share: number, width: number): number {
  if (share <= 0) return 0;
  if (share >= 1) return width;
  return Math.min(Math.max(Math.round(share * width), 1), Math.max(width - 1, 0));
}
