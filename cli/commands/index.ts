import type { Command } from "commander";
import { downCommand } from "./down";
import { labCommand } from "./lab";
import { previewCommand } from "./preview";
import { renderCommand } from "./render";
import { shiftCommand } from "./shift";
import { startCommand } from "./start";
import { undoCommand } from "./undo";
import { upCommand } from "./up";
import { verifyCommand } from "./verify";
import { watchCommand } from "./watch";

/** The commands that work on a cluster or render for one, in the order of `--help`. */
export function clusterCommands(): Command[] {
  return [
    startCommand(),
    previewCommand(),
    upCommand(),
    verifyCommand(),
    watchCommand(),
    shiftCommand(),
    undoCommand(),
    downCommand(),
    renderCommand(),
    labCommand(),
  ];
}
