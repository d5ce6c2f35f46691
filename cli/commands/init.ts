import { lstatSync } from "node:fs";
import { join, relative } from "node:path";
import { Command, InvalidArgumentError, Option } from "commander";
import { createFiles } from "../../engine/write-file";
import { UserError } from "../../progress/user-error";
import { defaultAnswers, programFile, projectText, stackText, workflowOf, type Answers } from "../init/files";
import { answersFor, controllers, questions, wantsPulumi } from "../init/questions";
import { lookAround, type Repository } from "../init/repository";
import { untilInterrupted } from "../interruption";
import { say } from "../session";
import { jsonOf } from "../answers";

interface InitOptions extends Partial<Answers> {
  readonly stack: string;
  readonly pulumi?: boolean;
  readonly workflow: boolean;
  readonly yes?: boolean;
  readonly json?: boolean;
}

/** `sluice init`: the files that a team's repository needs for its first stack. */
export function initCommand(): Command {
  return new Command("init")
    .option("-s, --stack <name>", "the stack to write, Pulumi.<name>.yaml", parseStackName, "dev")
    .option("--host <name>", "the host that users ask for (default: NAME.example.com)")
    .option("--image <image>", "the image that runs now (default: registry.example/NAME:1.0)")
    .option("--port <port>", "the port its container listens on (default: the Dockerfile's, or 8080)")
    .addOption(
      new Option(
        "--controller <kind>",
        "the cluster's ingress-nginx, or the one to install (default: existing)",
      ).choices(controllers),
    )
    .option("--pulumi", "also write what plain pulumi needs to run the stack")
    .option("--no-workflow", "write no GitHub workflow")
    .option("-y, --yes", "don't ask: take the defaults for options that you leave out")
    .option("--json", "print the written and the kept files as JSON")
    .addHelpText(
      "after",
      `
Writes Pulumi.yaml, a first stack file and a GitHub workflow that explains and checks pull requests. It never changes an
existing file. NAME is the npm package's or the folder's. To create a stack for a live Deployment, use sluice adopt instead.

Examples:
  sluice init
  sluice init --stack prod --host shop.example.com --image registry.example/shop:1.4 --port 8080 --yes`,
    )
    .action(init);
}

async function init(options: InitOptions): Promise<void> {
  const repository = lookAround(process.cwd());
  const inFolder = (name: string) => join(repository.folder, name);
  const stackFile = inFolder(`Pulumi.${options.stack}.yaml`);
  const isNew = !isThere(stackFile);
  if (!isNew) refuseAnswers(options);
  const answers = isNew ? await answersFor(repository, options) : defaultAnswers(repository);
  const forPulumi = options.pulumi ?? (!options.yes && (await wantsPulumi()));
  const program = forPulumi ? programFile(repository) : undefined;
  const projectFile = ["Pulumi.yml", "Pulumi.yaml"].map(inFolder).find(isThere) ?? inFolder("Pulumi.yaml");
  const wanted = new Map([
    [projectFile, projectText(repository, program?.name)],
    ...(program ? [[inFolder(program.name), program.text] as const] : []),
    [stackFile, stackText(repository, answers)],
    ...(options.workflow ? [workflowOf(repository)] : []),
  ]);
  const missing = new Map([...wanted].filter(([file]) => !isThere(file)));
  // Signals wait until this has ended, so that Ctrl-C leaves either all of the files or none.
  await untilInterrupted((signal) => {
    signal.throwIfAborted();
    return Promise.resolve(createFiles(missing));
  });
  const shown = (file: string) => relative(repository.folder, file);
  const written = [...missing.keys()].map(shown);
  const kept = [...wanted.keys()].filter((file) => !missing.has(file)).map(shown);
  if (options.json) return say({}, jsonOf<"init">({ written, kept }));
  const main = kept.includes(shown(projectFile)) ? program?.name : undefined;
  const isMadeUp = isNew && answers.image === defaultAnswers(repository).image;
  const madeUp = `Replace the placeholder image in ${shown(stackFile)} with yours, and check the host.`;
  const lines = [...outcome(written, kept, main), ...(isMadeUp ? [madeUp] : []), ""];
  say({}, [...lines, ...nextSteps(repository, options)].join("\n"));
}

function refuseAnswers(options: InitOptions): void {
  const given = (Object.keys(questions) as (keyof Answers)[]).find((key) => options[key] !== undefined);
  if (given !== undefined)
    throw new UserError(
      `Pulumi.${options.stack}.yaml exists already, so --${given} can't be written: edit the file, or name another stack with --stack`,
      "SLUICE1006",
    );
}

/** True for a dangling symbolic link as well, because writing would follow it. */
function isThere(file: string): boolean {
  try {
    return lstatSync(file) !== undefined;
  } catch {
    return false;
  }
}

/** @param main the program that a `Pulumi.yaml` which was there does not name. */
function outcome(written: readonly string[], kept: readonly string[], main: string | undefined): string[] {
  return [
    ...written.map((file) => `wrote ${file}`),
    ...kept.map((file) => `kept ${file}, because it exists: to replace it, move it away and run sluice init again`),
    ...(main === undefined ? [] : [`For plain pulumi, add this line to your Pulumi.yaml: main: ${main}`]),
  ];
}

function nextSteps({ hasSluice, foreignLock }: Repository, { stack, workflow }: InitOptions): string[] {
  const steps = [
    ...(hasSluice ? [] : ["npm install sluice"]),
    `npx sluice explain --stack ${stack}`,
    `npx sluice policy --stack ${stack}`,
    `npx sluice up --stack ${stack} --context NAME-OF-YOUR-CLUSTER`,
  ];
  return [
    "Next:",
    ...steps.map((step) => `  ${step}`),
    ...(workflow && foreignLock !== undefined
      ? [`The workflow installs packages with npm ci, but this repository has ${foreignLock}: change that line.`]
      : []),
    "If the application already runs in a cluster, create its stack with npx sluice adopt KIND/NAME.",
  ];
}

function parseStackName(name: string): string {
  if (/^[A-Za-z0-9][-A-Za-z0-9._]{0,99}$/.test(name)) return name;
  throw new InvalidArgumentError("It must be letters, digits, -, _ and ., at most 100.");
}
