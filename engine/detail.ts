import { describeUrn } from "./urn";

/** A resource in the CLI's `--diff` text: its operation, and the lines that belong to it. */
interface Block {
  readonly operation: string;
  readonly lines: string[];
}

const header = /^\s*(?:[-+~><=.*]+\s*)?([\w.-]+):[\w./-]+:[\w.-]+: \((\S+)[^)]*\)/;

/** Lines of the CLI beside the change: the resource's place, and its provider. */
const reference = /^\s*\[(?:id|urn|provider)=/;

const marks: Readonly<Record<string, string>> = { create: "+", update: "~", replace: "±", delete: "-" };

/**
 * Shortens the CLI's `--diff` text to the objects that change: one that is created or deleted takes one line, an updated
 * one keeps its changed properties. The outputs are left out: the traffic is told in plain English beside it.
 */
export function detailOf(stdout: string): string {
  // The stack's own outputs are indented less than a resource's outputs.
  const [resources = ""] = stdout.split(/^(?: {4}--outputs:--|Resources:)$/m);
  return blocksOf(resources.split("\n")).flatMap(showBlock).join("\n");
}

function blocksOf(lines: readonly string[]): Block[] {
  const blocks: Block[] = [];
  for (const line of lines) {
    const [isHeader, packageName, operation = ""] = header.exec(line) ?? [];
    // A component has no object of its own: it changes if its children do.
    if (isHeader) blocks.push({ operation: packageName === "sluice" ? "component" : operation, lines: [] });
    else blocks.at(-1)?.lines.push(line);
  }
  return blocks;
}

function showBlock({ operation, lines }: Block): string[] {
  const mark = marks[operation];
  const urn = lines.map((line) => /\[urn=(\S+)\]/.exec(line)?.[1]).find((found) => found !== undefined);
  if (mark === undefined || urn === undefined) return [];
  const isWhole = operation === "create" || operation === "delete";
  const properties = lines.filter((line) => !reference.test(line) && !isNoise(line));
  return [`${mark} ${describeUrn(urn)}`, ...(isWhole ? [] : outdent(properties))];
}

function isNoise(line: string): boolean {
  return line.trim() === "" || line.startsWith("warning: ");
}

function outdent(lines: readonly string[]): string[] {
  const depth = Math.min(...lines.map((line) => line.length - line.trimStart().length));
  return lines.map((line) => `    ${line.slice(depth)}`);
}
