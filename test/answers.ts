import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Ajv } from "ajv";
import { packageFolder } from "../package-folder";

const read = (file: string) => JSON.parse(readFileSync(join(packageFolder, file), "utf8")) as object;
const ajv = new Ajv({ allErrors: true, strict: false }).addSchema(read("answers.schema.json"), "answers");

/**
 * Fails for a command's answer that is not what answers.schema.json says of it.
 *
 * @param args the command line behind `sluice`.
 */
export function demandAnswer(args: readonly string[], answer: unknown): void {
  const name = nameOf(args);
  if (name === undefined) return;
  const pointer = encodeURIComponent(name);
  const check = ajv.getSchema(`answers#/properties/${pointer}`) ?? assert.fail(`the schema knows no answer of ${name}`);
  assert.ok(check(answer), `${name}: ${ajv.errorsText(check.errors)}`);
}

function nameOf(args: readonly string[]): string | undefined {
  const [first = "", second = ""] = args;
  // A JSON schema, and what the npm package does not have.
  if ((first === "config" && second !== "migrate") || first === "lab") return undefined;
  if (first === "config") return "config migrate";
  if (first === "review") return `review ${second}`;
  if (first === "rollout" && second === "status") return "rollout status";
  if (first === "history" && /^\d+$/.test(second)) return "history NUMBER";
  if (first === "explain" && args.includes("--requests")) return "explain --requests";
  if (first === "policy" && args.includes("--exceptions")) return "policy --exceptions";
  return first === "undo" ? "shift" : first;
}
