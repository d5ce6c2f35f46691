import { Composer, isCollection, isScalar, LineCounter, Parser, visit, type Document, type YAMLError } from "yaml";
import { UserError } from "../progress/user-error";
import { clipped } from "./shown";

/** Characters; what Kubernetes stores of one object has at most 1.5 MB (etcd's `--max-request-bytes`). */
const mostCharacters = 5_000_000;

/** How deep maps and lists may lie in each other; an object of Kubernetes has a dozen levels. */
const mostLevels = 100;

/** Characters of what the parser says of a text. */
const mostOfReason = 200;

/** Ends the reading of a text with what is wrong with it. */
type Refuse = (reason: string) => never;

/**
 * Reads a text of one YAML document as Pulumi does: maps are merged by `<<`, as Go's reader of YAML 1.1 merges them. Nothing
 * that the two would read differently is let through: tags, and keys that are written as a number, a date or a yes.
 *
 * @param title what the text is of, for messages.
 * @throws UserError if the text is not such a document.
 */
export function readYaml(text: string, title: string): unknown {
  const refuse: Refuse = (reason) => {
    throw new UserError(`${title} ${reason}`, "SLUICE1103");
  };
  if (text.length > mostCharacters) refuse(`has ${text.length} characters: it must have at most ${mostCharacters}`);
  const document = onlyDocument(text, refuse);
  refuseKeys(document, refuse);
  return valueOf(document, refuse);
}

function onlyDocument(text: string, refuse: Refuse): Document {
  const lines = new LineCounter();
  const parser = new BoundedParser(refuse, lines);
  const [document, ...more] = new Composer({ merge: true }).compose(parser.parse(text), true, text.length);
  if (!document) throw new Error("the composer makes a document of every text");
  const [fault] = [...document.errors, ...document.warnings];
  // The parser's own place would show the line itself, which may hold a secret.
  if (fault) refuse(reasonOf(fault, lines.linePos(fault.pos[0])));
  if (more.length > 0) refuse("has several YAML documents: it must have one, without --- between them");
  return document;
}

/** Composing goes down into a document by calling itself, and would end the process where the stack ends. */
class BoundedParser extends Parser {
  constructor(
    private readonly refuse: Refuse,
    lines: LineCounter,
  ) {
    super(lines.addNewLine);
  }

  override *next(source: string) {
    if (this.stack.length > mostLevels + 2) this.refuse(tooDeep);
    yield* super.next(source);
  }
}

const tooDeep = `has maps and lists in each other more than ${mostLevels} levels deep: it must have fewer`;

function refuseKeys(document: Document, refuse: Refuse): void {
  visit(document, {
    Pair: (_, { key }) => {
      if (isCollection(key)) refuse("has a map or a list as a key: a key must be a text");
      if (!isScalar(key) || ["string", "symbol"].includes(typeof key.value)) return;
      const { source = "" } = key;
      const told = clipped(source, mostOfReason);
      if (source !== String(key.value)) refuse(`has the key ${told || "null"}: quote it, as "${told}"`);
    },
  });
}

function valueOf(document: Document, refuse: Refuse): unknown {
  try {
    return document.toJS();
  } catch (error) {
    // An alias that no anchor is set for, or that stands for far too much.
    return refuse(reasonOf(error as Error));
  }
}

function reasonOf({ message }: Error | YAMLError, place?: { readonly line: number; readonly col: number }): string {
  const where = place ? ` at line ${place.line}, column ${place.col}` : "";
  return `is not valid YAML: ${clipped(message, mostOfReason)}${where}`;
}
