import { createRequire } from "node:module";
import type { Command } from "commander";
import type * as Explain from "./explain";
import type * as Start from "./start";
import type * as Preview from "./preview";
import type * as Up from "./up";
import type * as Verify from "./verify";
import type * as Watch from "./watch";
import type * as Shift from "./shift";
import type * as Undo from "./undo";
import type * as Migrate from "./migrate";
import type * as Forecast from "./forecast";
import type * as Rollout from "./rollout";
import type * as Steer from "./steer";
import type * as Settle from "./settle";
import type * as History from "./history";
import type * as Dashboard from "./dashboard";
import type * as Down from "./down";
import type * as Review from "./review";
import type * as Render from "./render";
import type * as Policy from "./policy";
import type * as Lab from "./lab";

const requireHere = createRequire(__filename);
const load = <Module>(file: string): Module => requireHere(file) as Module;

/** What makes each command, or several, by name and in the order of `--help`. */
const makers: readonly (readonly [names: string, make: () => Command | readonly Command[]])[] = [
  ["explain", () => load<typeof Explain>("./explain").explainCommand()],
  ["start", () => load<typeof Start>("./start").startCommand()],
  ["preview", () => load<typeof Preview>("./preview").previewCommand()],
  ["up", () => load<typeof Up>("./up").upCommand()],
  ["verify", () => load<typeof Verify>("./verify").verifyCommand()],
  ["watch", () => load<typeof Watch>("./watch").watchCommand()],
  ["shift", () => load<typeof Shift>("./shift").shiftCommand()],
  ["undo", () => load<typeof Undo>("./undo").undoCommand()],
  ["migrate", () => load<typeof Migrate>("./migrate").migrateCommand()],
  ["forecast", () => load<typeof Forecast>("./forecast").forecastCommand()],
  ["rollout", () => load<typeof Rollout>("./rollout").rolloutCommand()],
  ["approve pause resume abort retry promote", () => load<typeof Steer>("./steer").steerCommands()],
  ["settle", () => load<typeof Settle>("./settle").settleCommand()],
  ["history", () => load<typeof History>("./history").historyCommand()],
  ["dashboard", () => load<typeof Dashboard>("./dashboard").dashboardCommand()],
  ["down", () => load<typeof Down>("./down").downCommand()],
  ["review", () => load<typeof Review>("./review").reviewCommand()],
  ["render", () => load<typeof Render>("./render").renderCommand()],
  ["policy", () => load<typeof Policy>("./policy").policyCommand()],
  ["lab", () => load<typeof Lab>("./lab").labCommand()],
];

/**
 * The commands among which one is looked for: those of its name alone, or all where none has it.
 *
 * Each is loaded only when it is called for, as some need libraries that take a second to load.
 */
export function commandsFor(name: string | undefined): Command[] {
  const wanted = makers.filter(([names]) => names.split(" ").includes(name ?? ""));
  return (wanted.length > 0 ? wanted : makers).flatMap(([, make]) => make());
}
