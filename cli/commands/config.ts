import { Command } from "commander";
import { explainKeysCommand } from "../config/explain";
import { migrateKeysCommand } from "../config/migrate";

/** `sluice config`: what can stand in a stack file. */
export function configCommand(): Command {
  return new Command("config").addCommand(explainKeysCommand()).addCommand(migrateKeysCommand());
}
