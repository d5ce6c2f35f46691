import { join } from "node:path";
import { createGenerator } from "ts-json-schema-generator";
import { packageFolder } from "../../package-folder";

/** The JSON schema of what commands print with `--json`, from its TypeScript: a property for each command. */
export function answersSchema(): string {
  const schema = createGenerator({
    path: join(packageFolder, "cli", "answers.ts"),
    tsconfig: join(packageFolder, "tsconfig.json"),
    type: "Answers",
    topRef: false,
    jsDoc: "extended",
    // `npm run typecheck` does that.
    skipTypeCheck: true,
  }).createSchema("Answers");
  return `${JSON.stringify(schema, undefined, 2)}\n`;
}
