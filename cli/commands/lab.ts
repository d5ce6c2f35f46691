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
  sluice lab up                          bring it up, or repair what of it does not run
  eval "$(sluice lab env)"               have kubectl, helm, pulumi and sluice use it in this shell
  sluice lab status                      what runs and, where something does not, why
  sluice lab logs kubelet                follow one piece's log
  sluice lab up --name sluice-test       a second one beside it
  sluice lab up --with flagger           give it Flagger's image, too
  sluice lab up --with gateway-api       have its API know Gateway API's kinds
  sluice lab down                        leave nothing behind but the cache of built programs

Exit codes of status:  0 all runs   1 stopped, or something does not run`,
  );
  const named = (command: Command) => command.option("--name <name>", "which lab, if not sluice-lab");

  named(lab.command("up"))
    .description("Bring the lab up. What was built before is not built again, and what runs is left alone.")
    .option("--api-port <port>", "port on 127.0.0.1 for its API", toPort)
    .addOption(
      new Option("--with <part>", `an optional part, now and at later ups: ${labParts.join(", ")}; may be given again`)
        .argParser(toParts)
        .default([], "none"),
    )
    .addHelpText(
      "after",
      "\nExit codes:  0 it runs   1 it could not be brought up   130 interrupted; the next up goes on",
    )
    .action(async (options: LabOptions) => runSteps(labSteps(options)));

  named(lab.command("down"))
    .description("Take the lab down: processes, pods, namespaces, mounts, control groups and files.")
    .option("--cache", "remove the built programs and images too")
    .addHelpText("after", "\nExit codes:  0 nothing is left   1 something could not be removed")
    .action(async (options: LabOptions & { cache?: boolean }) => runSteps(downSteps(options)));

  named(lab.command("status"))
    .description("Say for each piece whether it runs and, where it does not, why.")
    .option("--json", "as data")
    .addHelpText("after", "\nExit codes:  0 all runs   1 stopped, or something does not run")
    .action(async (options: LabOptions & { json?: boolean }) => {
      const status = await labStatus(options);
      console.log(options.json ? JSON.stringify(status, undefined, 2) : renderStatus(status));
      if (status.state !== "running") process.exitCode = 1;
    });

  named(lab.command("env"))
    .description("Print the shell variables by which kubectl, helm, pulumi and sluice find the lab.")
    .addHelpText("after", '\nExample:\n  eval "$(sluice lab env)" && pulumi preview --diff -s dev')
    .action(async (options: LabOptions) => {
      console.log(renderEnvironment(labInfo(options), await pulumiOnPath(), process.env));
    });

  named(lab.command("logs"))
    .description("Follow the log of one piece, or list the pieces that have one.")
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

/** A status as lines for people. */
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
  if (state === "stopped") return `${name} is stopped. Bring it up by: sluice lab up`;
  const what =
    state === "running" ? `${name} runs, its API at ${api}` : `${name} is degraded. Repair it by: sluice lab up`;
  return [what, ...lines].join("\n");
}

/**
 * The shell variables by which kubectl, helm, pulumi and sluice find a lab.
 *
 * @param pulumi the folder of Pulumi, if there is one.
 * @param env what is set already: a passphrase of the user's own stays.
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
  if (known.length === 0) throw new UserError(`There are no logs in ${folder}: the lab is not up.`);
  if (piece === undefined) {
    console.log(known.map((name) => `${name.padEnd(20)} ${join(folder, `${name}.log`)}`).join("\n"));
    return;
  }
  if (!known.includes(piece))
    throw new UserError(`"${piece}" is no piece of the lab that has a log: ${known.join(", ")}.`);
  const tail = spawn("tail", ["-n", "200", "-F", join(folder, `${piece}.log`)], { stdio: "inherit" });
  await new Promise((resolve, reject) => tail.on("close", resolve).on("error", reject));
}
