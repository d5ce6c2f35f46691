import { readFileSync } from "node:fs";
import { Command, Option } from "commander";
import { configNamespace, readOwnValues } from "../../config/own-values";
import { ConfigError } from "../../config/problems";
import { doubledKey } from "../../config/renamed";
import { renameKeys } from "../../engine/rename-keys";
import { stackFilePath, valuesOfText } from "../../engine/stack-file";
import { replaceFile } from "../../engine/write-file";
import { UserError } from "../../progress/user-error";
import { jsonOf } from "../answers";
import { fileDiff } from "../file-diff";
import { say } from "../session";

interface MigrateKeysOptions {
  readonly stack?: string;
  readonly config?: string;
  readonly diff?: boolean;
  readonly json?: boolean;
}

/** `sluice config migrate`: gives the keys of a stack file their names of this release. */
export function migrateKeysCommand(): Command {
  return new Command("migrate")
    .description("rename the keys of a stack file that have new names in this release")
    .option("-s, --stack <name>", "the stack, of Pulumi.<name>.yaml (default: dev)")
    .addOption(new Option("-c, --config <file>", "any Pulumi stack file instead").conflicts("stack"))
    .addOption(new Option("--diff", "print the change as a patch for git apply; write nothing").conflicts("json"))
    .option("--json", "the renamed keys as JSON")
    .addHelpText(
      "after",
      `
Comments, order, quotes and encrypted values stay as they are, and so does what the stack means. The release after this
one no longer reads the old names.

Examples:
  sluice config migrate --stack prod
  sluice config migrate --config Pulumi.prod.yaml --diff`,
    )
    .action(async (options: MigrateKeysOptions) => {
      const file = options.config ?? stackFilePath(options.stack ?? "dev");
      const before = read(file);
      const values = valuesOfText(before, file);
      const { renamed, doubled } = readOwnValues(values);
      if (doubled.length > 0)
        throw new ConfigError(doubled.map((one) => doubledKey(one, values[`${configNamespace}:${one.from}`])));
      const after = renameKeys(before, renamed);
      if (options.diff) {
        process.stdout.write(await fileDiff(file, before, after));
        return;
      }
      if (after !== before) replaceFile(file, after);
      if (options.json) return say({}, jsonOf<"config migrate">({ file, renamed }));
      if (renamed.length === 0) return say({}, `${file} has no old names: nothing to do`);
      for (const { from, to } of renamed) say({}, `sluice:${from} → sluice:${to}`);
      say({}, `${file} has the names of this release now`);
    });
}

function read(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch (error) {
    throw new UserError(`can't read the stack file ${file}: ${(error as Error).message}`, "SLUICE1103");
  }
}
