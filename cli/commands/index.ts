import type { Command } from "commander";
import { downCommand } from "./down";
import { labCommand } from "./lab";
import { previewCommand } from "./preview";
import { renderCommand } from "./render";
import { startCommand } from "./start";
import { upCommand } from "./up";
import { verifyCommand } from "./verify";

/** The commands that work on a cluster or render for one, in the order of `--help`. */
export function clusterCommands(): Command[] {
  return [startCommand(), previewCommand(), upCommand(), verifyCommand(), downCommand(), renderCommand(), labCommand()];
}
