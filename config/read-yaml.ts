import { isScalar, parseDocument, visit } from "yaml";
import { UserError } from "../progress/user-error";

/** Characters; what Kubernetes stores of one object has at most 1.5 MB (etcd's `--max-request-bytes`). */
const mostCharacters = 5_000_000;

/**
 * Reads a text of one YAML document as Pulumi does: maps are merged by `<<`, as Go's reader of YAML 1.1 merges them. Nothing
 * that the two would read differently is let through: tags, and keys that are written as a number, a date or a yes.
 *
 * @param title what the text is of, for messages.
 * @throws UserError if the text is not such a document.
 */
export function readYaml(text: string, title: string): unknown {
  if (text.length > mostCharacters)
    throw new UserError(`${title} has ${text.length} characters: it must have at most ${mostCharacters}`, "SLUICE1103");
  const document = parseDocument(text, { merge: true });
  const [problem] = [...document.errors, ...document.warnings];
  if (problem?.code === "MULTIPLE_DOCS")
    throw new UserError(
      `${title} has several YAML documents: it must have one, without --- between them`,
      "SLUICE1103",
    );
  if (problem) throw new UserError(`${title} is not valid YAML: ${problem.message}`, "SLUICE1103");
  visit(document, {
    Pair: (_, { key }) => {
      const isText = !isScalar(key) || ["string", "symbol"].includes(typeof key.value);
      if (!isText && key.source !== String(key.value))
        throw new UserError(
          `${title} has the key ${key.source ?? "null"}: quote it, as "${key.source ?? ""}"`,
          "SLUICE1103",
        );
    },
  });
  try {
    return document.toJS() as unknown;
  } catch (error) {
    // An alias that no anchor is set for, or that stands for far too much.
    throw new UserError(`${title} is not valid YAML: ${(error as Error).message}`, "SLUICE1103");
  }
}
