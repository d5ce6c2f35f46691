import logUpdate from "log-update";
import { dataOf } from "./data";
import { frameOf } from "./frame";
import { clip } from "./layout";
import { lineOf } from "./line";
import type { Viewer } from "./live";
import type { Picture } from "./picture";

/** A viewer that must be told when there is no more to see. */
interface EndingViewer extends Viewer {
  readonly end: () => void;
}

/** Draws the picture in the terminal, each time over the last one. */
export function showFrames(picture: () => Picture): EndingViewer {
  let drawn = 0;
  const draw = () => {
    const { columns, rows } = process.stdout;
    // The cursor stands on a line of its own below.
    const lines = clip(frameOf(picture(), columns), columns, Math.max(1, rows - 1));
    // log-update 7.2 writes the lines that differ alone, and leaves those behind them where they were though there are
    // more or fewer lines before them now.
    if (lines.length !== drawn) logUpdate.clear();
    drawn = lines.length;
    logUpdate(lines.join("\n"));
  };
  return { onSecond: draw, onRound: draw, end: () => logUpdate.done() };
}

/** Prints a line a round, and one more where the plan or what there is to know has changed. */
export function showLines(picture: () => Picture): EndingViewer {
  let told: readonly string[] = [];
  const tell = (current: Picture) => {
    const { stack, address, port, summary, notes } = current;
    const facts = [`${stack} at ${address}:${port}: ${summary}`, ...notes];
    for (const fact of facts) if (!told.includes(fact)) print(fact);
    told = facts;
  };
  return {
    onSecond: () => tell(picture()),
    onRound: () => print(lineOf(picture())),
    end: () => undefined,
  };
}

/** Prints a JSON object a round, each on a line of its own. */
export function showData(picture: () => Picture): EndingViewer {
  return { onRound: () => print(JSON.stringify(dataOf(picture()))), end: () => undefined };
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}
