import { spawn } from "node:child_process";
import { existsSync, readdirSync } from "node:fs";
import { dirname, join } from "node:path";
import { pathToFileURL } from "node:url";
import chalk from "chalk";
import { Command, InvalidArgumentError, Option } from "commander";
import {
  downSteps,
  type LabInfo,
  labInfo,
  type LabOptions,
  type LabPart,
  labParts,
  type LabStatus,
  labStatus,
  labSteps,
  logFolder,
  pulumiOnPath,
  pulumiVariables,
} from "../../lab";
import { UserError } from "../../progress/user-error";
import { runSteps } from "../progress";

/** `sluice lab`: a disposable real cluster on this machine. */
export function labCommand(): Command {
  const lab = new Command("lab").exitOverride().addHelpText(
    "after",
    `
Examples:
  sluice lab up                          start the lab, or repair what doesn't run
  eval "$(sluice lab env)"               let kubectl, helm, pulumi and sluice use it in this shell
  sluice lab status                      show what runs, and why something doesn't
  sluice lab logs kubelet                follow the log of one piece
  sluice lab up --name sluice-test       start a second lab
  sluice lab up --with flagger           load Flagger's image, too
  sluice lab up --with gateway-api       install Gateway API's kinds, too
  sluice lab down                        remove everything except the cache of built programs

Exit codes of status:  0 everything runs   1 stopped, or something doesn't run`,
  );
  const named = (command: Command) => command.option("--name <name>", "the lab's name (default: sluice-lab)");

  named(lab.command("up"))
    .description("Start or repair the lab; reuse what is built, and keep what runs")
    .option("--api-port <port>", "the port on 127.0.0.1 for its API", toPort)
    .addOption(
      new Option("--with <part>", `an optional part, kept at later ups; may be repeated: ${labParts.join(", ")}`)
        .argParser(toParts)
        .default([], "none"),
    )
    .addHelpText(
      "after",
      "\nExit codes:  0 it runs   1 it could not be started   130 interrupted; the next up continues",
    )
    .action(async (options: LabOptions) => runSteps(labSteps(options)));

  named(lab.command("down"))
    .description("Stop the lab; remove its pods, namespaces, mounts, cgroups and files")
    .option("--cache", "remove the built programs and images too")
    .addHelpText("after", "\nExit codes:  0 nothing is left   1 something could not be removed")
    .action(async (options: LabOptions & { cache?: boolean }) => runSteps(downSteps(options)));

  named(lab.command("status"))
    .description("Show whether each piece runs, and why not")
    .option("--json", "as data")
    .addHelpText("after", "\nExit codes:  0 all runs   1 stopped, or something does not run")
    .action(async (options: LabOptions & { json?: boolean }) => {
      const status = await labStatus(options);
      console.log(options.json ? JSON.stringify(status, undefined, 2) : renderStatus(status));
      if (status.state !== "running") process.exitCode = 1;
    });

  named(lab.command("env"))
    .description("Print shell variables that let kubectl, helm and pulumi use the lab")
    .addHelpText("after", '\nExample:\n  eval "$(sluice lab env)" && pulumi preview --diff -s dev')
    .action(async (options: LabOptions) => {
      console.log(renderEnvironment(labInfo(options), await pulumiOnPath(), process.env));
    });

  named(lab.command("logs"))
    .description("Follow the log of one piece, or list the pieces that have a log")
    .argument("[piece]", "such as apiserver or kubelet")
    .action((piece: string | undefined, options: LabOptions) => showLogs(piece, options));

  return lab;
}

function toPort(text: string): number {
  const port = Number(text);
  if (!Number.isInteger(port) || port < 1 || port > 65535) {
    throw new InvalidArgumentError("A port is a whole number from 1 to 65535.");
  }
  return port;
}

function toPart(text: string): LabPart {
  const part = labParts.find((one) => one === text);
  if (part === undefined) throw new InvalidArgumentError(`The optional parts are ${labParts.join(", ")}.`);
  return part;
}

function toParts(text: string, before: readonly LabPart[]): readonly LabPart[] {
  return [...before, toPart(text)];
}

/** The status as lines of text. */
export function renderStatus({ name, state, api, pieces }: LabStatus): string {
  const width = Math.max(...pieces.map(({ piece }) => piece.length));
  const lines = pieces.flatMap(({ piece, running, detail, log, lastLines }) => {
    const line = `  ${running ? chalk.green("✓") : chalk.red("✗")} ${piece.padEnd(width)}  ${detail}`;
    if (running || state === "stopped") return [line];
    const indented = (text: string) => chalk.dim(`    ${" ".repeat(width)}  ${text}`);
    return [
      line,
      ...(lastLines ?? "").split("\n").filter(Boolean).map(indented),
      ...(log ? [indented(`log: ${log}`)] : []),
    ];
  });
  if (state === "stopped") return `${name} is stopped. Start it with: sluice lab up`;
  const what =
    state === "running" ? `${name} runs; its API is at ${api}` : `${name} is degraded. Repair it with: sluice lab up`;
  return [what, ...lines].join("\n");
}

/**
 * The shell variables by which kubectl, helm, pulumi and sluice find a lab.
 *
 * @param pulumi the folder of Pulumi, if there is one.
 * @param env the variables that are set already: the user's own passphrase stays.
 */
export function renderEnvironment(
  { kubeconfig, profile, binaries, stacks }: LabInfo,
  pulumi: string | undefined,
  env: NodeJS.ProcessEnv,
): string {
  const path = [dirname(binaries.kubectl), ...(pulumi === undefined ? [] : [pulumi])].join(":");
  const hasPassphrase = env["PULUMI_CONFIG_PASSPHRASE"] !== undefined || env["PULUMI_CONFIG_PASSPHRASE_FILE"];
  return [
    `export KUBECONFIG=${kubeconfig}`,
    `export SLUICE_CLUSTER_PROFILE=${profile}`,
    // The state that sluice itself works with on this lab.
    `export PULUMI_BACKEND_URL=${pathToFileURL(stacks).href}`,
    "export PULUMI_SKIP_UPDATE_CHECK=true",
    ...Object.entries(pulumiVariables(pulumi, env)).map(([name, value]) => `export ${name}="${value}"`),
    ...(hasPassphrase ? [] : ['export PULUMI_CONFIG_PASSPHRASE=""']),
    `export PATH="${path}:$PATH"`,
  ].join("\n");
}

async function showLogs(piece: string | undefined, options: LabOptions): Promise<void> {
  const folder = logFolder(options);
  const known = existsSync(folder) ? readdirSync(folder).map((file) => file.replace(/\.log$/, "")) : [];
  if (known.length === 0) throw new UserError(`There are no logs in ${folder}: the lab is not up.`, "SLUICE1303");
  if (piece === undefined) {
    console.log(known.map((name) => `${name.padEnd(20)} ${join(folder, `${name}.log`)}`).join("\n"));
    return;
  }
  if (!known.includes(piece))
    throw new UserError(`The lab has no log of "${piece}": name one of ${known.join(", ")}.`, "SLUICE1005");
  const tail = spawn("tail", ["-n", "200", "-F", join(folder, `${piece}.log`)], { stdio: "inherit" });
  await new Promise((resolve, reject) => tail.on("close", resolve).on("error", reject));
}
