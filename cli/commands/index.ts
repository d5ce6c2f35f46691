import type { Command } from "commander";
import { dashboardCommand } from "./dashboard";
import { downCommand } from "./down";
import { historyCommand } from "./history";
import { labCommand } from "./lab";
import { migrateCommand } from "./migrate";
import { policyCommand } from "./policy";
import { previewCommand } from "./preview";
import { renderCommand } from "./render";
import { reviewCommand } from "./review";
import { rolloutCommand } from "./rollout";
import { shiftCommand } from "./shift";
import { startCommand } from "./start";
import { steerCommands } from "./steer";
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
    migrateCommand(),
    rolloutCommand(),
    ...steerCommands(),
    historyCommand(),
    dashboardCommand(),
    downCommand(),
    reviewCommand(),
    renderCommand(),
    policyCommand(),
    labCommand(),
  ];
}
