/** One line of a metrics page: a series with its value. */
export interface Sample {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  /** May be NaN, or infinite. */
  readonly value: number;
}

const name = "[a-zA-Z_:][a-zA-Z0-9_:]*";
const number = String.raw`[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?|[+-]?Inf|NaN`;
const nameOfLine = new RegExp(`^${name}`);
/** Name, labels, value, and a time in milliseconds. */
const line = new RegExp(`^(${name})(?:[ \\t]*\\{(.*)\\}[ \\t]*|[ \\t]+)(${number})(?:[ \\t]+-?\\d+)?$`);
const label = /[ \t]*([a-zA-Z_][a-zA-Z0-9_]*)[ \t]*=[ \t]*"((?:[^"\\]|\\[\\"n])*)"[ \t]*(?:,[ \t]*|$)/y;

/**
 * Reads a page in Prometheus' text format, version 0.0.4.
 *
 * @param wanted the names of the series to read: of the others, of which a controller has thousands, only the name is
 * looked at.
 * @throws SyntaxError for a page in another format, and for one that was cut off.
 * @see https://prometheus.io/docs/instrumenting/exposition_formats/#text-based-format
 */
export function parseExposition(page: string, wanted: ReadonlySet<string>): Sample[] {
  if (page !== "" && !page.endsWith("\n"))
    throw new SyntaxError("the metrics page is cut off: its last line is incomplete");
  return page.split("\n").flatMap((raw) => {
    const text = raw.trim();
    if (text === "" || text.startsWith("#")) return [];
    const [found] = nameOfLine.exec(text) ?? [];
    if (found === undefined) throw unreadable(text);
    return wanted.has(found) ? [sampleIn(text)] : [];
  });
}

function sampleIn(text: string): Sample {
  const [, name = "", labels = "", value = ""] = line.exec(text) ?? [];
  if (name === "") throw unreadable(text);
  return { name, labels: labelsIn(labels, text), value: Number(value.replace("Inf", "Infinity")) };
}

function labelsIn(labels: string, text: string): Record<string, string> {
  const found: Record<string, string> = {};
  const end = labels.trimEnd().length;
  for (label.lastIndex = 0; label.lastIndex < end;) {
    const [, name = "", value = ""] = label.exec(labels) ?? [];
    if (name === "" || name in found) throw unreadable(text);
    found[name] = value.replace(/\\(.)/g, (_, escaped) => (escaped === "n" ? "\n" : String(escaped)));
  }
  return found;
}

function unreadable(text: string): SyntaxError {
  return new SyntaxError(`a line of the metrics page is not in Prometheus' text format: ${text.slice(0, 80)}`);
}
