import { Command } from "commander";
import { explainKeysCommand } from "../config/explain";
import { migrateKeysCommand } from "../config/migrate";

/** `sluice config`: explains the keys of a stack file. */
export function configCommand(): Command {
  return new Command("config").addCommand(explainKeysCommand()).addCommand(migrateKeysCommand());
}
