import { parseAllDocuments, type Document, type Tags } from "yaml";
import { isMap } from "../values/is-map";
import { isObject, type ClusterObject } from "../kubernetes/cluster-object";
import { UserError } from "../progress/user-error";

/**
 * Reads the objects in a YAML or JSON text as kubectl does; those of a `List` come one by one.
 *
 * kubectl reads YAML 1.1, where `0644` is a file mode in octal and `yes` is true, but neither its dates nor its numbers to
 * the base of 60: `22:22` stays a text.
 *
 * @param file whose text it is, for messages.
 * @throws UserError if it isn't YAML, or if something in it isn't an object.
 */
export function readObjects(text: string, file: string): ClusterObject[] {
  const first = documentsOf(text);
  const documents = first.some(({ errors }) => errors.length > 0) ? documentsOf(indentQuotedLines(text)) : first;
  const [error] = documents.flatMap(({ errors }) => errors);
  if (error) throw new UserError(`${file} isn't YAML: ${error.message.split("\n")[0]}`, "SLUICE1103");
  return documents
    .map((document) => document.toJS() as unknown)
    .filter((content) => content !== null && content !== undefined)
    .flatMap((content, index) => listed(content).map((object) => demandObject(object, file, index)));
}

function documentsOf(text: string): Document.Parsed[] {
  const documents = parseAllDocuments(text, { version: "1.1", merge: true, customTags: withoutOddNumbers });
  return "empty" in documents ? [] : documents;
}

/**
 * Indents the further lines of quoted texts, which changes nothing about them: the parser of Helm and kubectl takes them as
 * they are (Flagger's CRDs have some), YAML does not.
 */
function indentQuotedLines(text: string): string {
  return text.replace(
    /^( *)((?:- )?[^\s:'"#]+: )'((?:[^']|'')*)'$/gm,
    (_, indent: string, key: string, value: string) => `${indent}${key}'${value.replace(/\n */g, `\n${indent}    `)}'`,
  );
}

function withoutOddNumbers(tags: Tags): Tags {
  return tags.filter(
    (tag) => typeof tag === "string" || (tag.format !== "TIME" && !/:(timestamp|binary|omap|pairs|set)$/.test(tag.tag)),
  );
}

function listed(content: unknown): unknown[] {
  return isMap(content) && /List$/.test(String(content["kind"])) && Array.isArray(content["items"])
    ? (content["items"] as unknown[])
    : [content];
}

function demandObject(object: unknown, file: string, index: number): ClusterObject {
  if (isObject(object)) return object;
  const lack = isMap(object) ? ["apiVersion", "kind", "metadata"].filter((field) => object[field] === undefined) : [];
  const reason = lack.length > 0 ? `it has no ${lack.join(" and no ")}` : "metadata.name must be a text";
  throw new UserError(`document ${index + 1} of ${file} isn't a Kubernetes object: ${reason}`, "SLUICE1103");
}
