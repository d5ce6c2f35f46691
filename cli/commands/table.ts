import { Command } from "commander";
import { hasLab, noLabHere } from "../../cluster/lab-if-there";
import { UserError } from "../../progress/user-error";
import type * as Explain from "./explain";
import type * as Start from "./start";
import type * as Init from "./init";
import type * as Adopt from "./adopt";
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
import type * as Release from "./release";
import type * as Down from "./down";
import type * as Review from "./review";
import type * as Render from "./render";
import type * as Policy from "./policy";
import type * as Config from "./config";
import type * as Completion from "./completion";
import type * as Lab from "./lab";

/** The first word of `sluice traffic shift`, which may be left out. */
export type Group = "stack" | "traffic" | "rollout";

/** A module that makes a command, or several, and what `--help` says of each: it is loaded only if one of them is called. */
export interface Maker {
  readonly group?: Group;
  readonly summaries: Readonly<Record<string, string>>;
  /** @param allCommands makes every command in full. */
  readonly make: (allCommands: () => readonly Command[]) => Command | readonly Command[];
}

/** In the order of `--help`. */
export const makers: readonly Maker[] = [
  {
    summaries: { start: "start a cluster, deploy the stack and measure the traffic split" },
    make: () => (require("./start") as typeof Start).startCommand(),
  },
  {
    summaries: { init: "write the files of a first stack into this repository" },
    make: () => (require("./init") as typeof Init).initCommand(),
  },
  {
    group: "stack",
    summaries: { adopt: "make a stack of a live Deployment, which stays as it is" },
    make: () => (require("./adopt") as typeof Adopt).adoptCommand(),
  },
  {
    group: "stack",
    summaries: { preview: "show what an update would change, in plain English and as a diff" },
    make: () => (require("./preview") as typeof Preview).previewCommand(),
  },
  {
    group: "stack",
    summaries: { up: "preview the stack, ask, and update the cluster" },
    make: () => (require("./up") as typeof Up).upCommand(),
  },
  {
    group: "stack",
    summaries: { settle: "write the last rollout's result into the stack file" },
    make: () => (require("./settle") as typeof Settle).settleCommand(),
  },
  {
    group: "stack",
    summaries: { release: "hand an adopted application back and remove Sluice's objects" },
    make: () => (require("./release") as typeof Release).releaseCommand(),
  },
  {
    group: "stack",
    summaries: { down: "remove the stack, and the cluster if Sluice made it" },
    make: () => (require("./down") as typeof Down).downCommand(),
  },
  {
    group: "traffic",
    summaries: { explain: "show which users get which version; needs no cluster and no Pulumi" },
    make: () => (require("./explain") as typeof Explain).explainCommand(),
  },
  {
    group: "traffic",
    summaries: { verify: "count requests by version and compare them with the plan" },
    make: () => (require("./verify") as typeof Verify).verifyCommand(),
  },
  {
    group: "traffic",
    summaries: { watch: "send requests, and show live which version answers them" },
    make: () => (require("./watch") as typeof Watch).watchCommand(),
  },
  {
    group: "traffic",
    summaries: { shift: "move traffic: edit the stack file, preview, ask, apply and verify" },
    make: () => (require("./shift") as typeof Shift).shiftCommand(),
  },
  {
    group: "traffic",
    summaries: { undo: "restore the previous traffic plan" },
    make: () => (require("./undo") as typeof Undo).undoCommand(),
  },
  {
    group: "rollout",
    summaries: { forecast: "forecast a rollout: its duration, and what faults would cost users" },
    make: () => (require("./forecast") as typeof Forecast).forecastCommand(),
  },
  {
    group: "rollout",
    summaries: { rollout: "release a version step by step; ends in promotion or rollback" },
    make: () => (require("./rollout") as typeof Rollout).rolloutCommand(),
  },
  {
    group: "rollout",
    summaries: {
      approve: "approve a rollout that waits for approval",
      pause: "pause at the current weight; checks can still roll back",
      resume: "resume a paused rollout",
      abort: "send all traffic back to the previous version immediately",
      retry: "retry a failed rollout, or the promotion that failed",
      promote: "skip the remaining steps: one round of checks, then promote",
    },
    make: () => (require("./steer") as typeof Steer).steerCommands(),
  },
  {
    group: "rollout",
    summaries: { history: "list the stack's rollouts, each with its outcome and reason" },
    make: () => (require("./history") as typeof History).historyCommand(),
  },
  {
    summaries: { migrate: "move a live host to another router, side by side and compared" },
    make: () => (require("./migrate") as typeof Migrate).migrateCommand(),
  },
  {
    summaries: { dashboard: "serve a local page: live split, plan, rollouts and their buttons" },
    make: () => (require("./dashboard") as typeof Dashboard).dashboardCommand(),
  },
  {
    summaries: { review: "create or remove a pull request's own stack" },
    make: () => (require("./review") as typeof Review).reviewCommand(),
  },
  {
    summaries: { render: "write every object as YAML; needs no cluster and no Pulumi" },
    make: () => (require("./render") as typeof Render).renderCommand(),
  },
  {
    summaries: { policy: "check a rendered stack against the policies; needs no cluster" },
    make: () => (require("./policy") as typeof Policy).policyCommand(),
  },
  {
    summaries: { config: "explain the keys of a stack file, and rename old ones" },
    make: () => (require("./config") as typeof Config).configCommand(),
  },
  {
    summaries: { completion: "print a completion script for a shell" },
    make: (allCommands) => (require("./completion") as typeof Completion).completionCommand(allCommands),
  },
  {
    summaries: { lab: "manage the lab, a disposable cluster on this machine" },
    make: () => (hasLab() ? (require("./lab") as typeof Lab).labCommand() : missingLab()),
  },
];

/** Without its package there is no lab, but a word about where it is. */
function missingLab(): Command {
  return new Command("lab")
    .argument("[words...]")
    .allowUnknownOption()
    .action(() => {
      throw new UserError(noLabHere, "SLUICE1302");
    });
}
