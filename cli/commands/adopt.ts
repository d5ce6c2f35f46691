import { existsSync, mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { basename, dirname, join, relative, resolve } from "node:path";
import { Command, InvalidArgumentError } from "commander";
import { stringify } from "yaml";
import { clusterApi } from "../../cluster/api";
import { chooseCluster } from "../../cluster/choose-cluster";
import { parseStackConfig } from "../../config";
import { ConfigError } from "../../config/problems";
import { stackFilePath } from "../../engine/stack-file";
import { liveProblems } from "../../preflight/live-workload";
import { UserError } from "../../progress/user-error";
import { readApplication, type FoundApplication } from "../adopt/read-application";
import { adoptionConfig, adoptionText, describeFound, manifestsOf, type Adoption } from "../adopt/stack-text";
import { confirm } from "../confirm";
import { openSession, say, sessionArguments, withClusterOptions, type SessionOptions } from "../session";
import { agreeOn } from "../update";
import { jsonOf } from "../answers";

interface AdoptOptions extends Omit<SessionOptions, "stack"> {
  readonly stack?: string;
  readonly namespace?: string;
  readonly write?: string;
  readonly yes?: boolean;
}

/** `sluice adopt`: makes a stack of what runs already. */
export function adoptCommand(): Command {
  const command = new Command("adopt")
    .argument("<workload>", "the running workload as KIND/NAME, for example Deployment/shop", parseWorkload)
    .option("-n, --namespace <name>", "its namespace (default: the context's)")
    .option("-s, --stack <name>", "the stack to write, Pulumi.<name>.yaml (default: the workload's name)")
    .option("-w, --write <folder>", "write the live objects as manifests, so that commands read them offline")
    .option("-y, --yes", "don't ask");
  return withClusterOptions(command)
    .addHelpText(
      "after",
      `
This command writes files only: the stack file, and the manifests with --write. sluice up then creates the stack, and
restarts, copies and deletes no live object. sluice release hands the application back.

Examples:
  sluice adopt Deployment/shop -n shop --context my-cluster
  sluice adopt Deployment/shop -n shop --write k8s/ --stack prod --yes`,
    )
    .action(async (live: string, options: AdoptOptions) => adopt(live, options));
}

async function adopt(live: string, options: AdoptOptions): Promise<void> {
  const stack = options.stack ?? basename(live);
  const file = stackFilePath(stack);
  if (existsSync(file)) throw new UserError(`${file} exists already: name another stack with --stack`, "SLUICE1006");
  const choice = await chooseCluster(options, {});
  say(options, choice.reason);
  if (!(await choice.isUp())) throw new UserError(`${choice.name} is not up: start it with sluice start`, "SLUICE1303");
  const api = clusterApi(choice.cluster());
  const { kubeConfig } = api;
  const current = kubeConfig.getContextObject(kubeConfig.getCurrentContext())?.namespace;
  const namespace = options.namespace ?? current ?? "default";
  const found = await readApplication(api, live, namespace);
  const folder = options.write === undefined ? undefined : emptyFolder(options.write);
  const adoption: Adoption = {
    live,
    namespace,
    controller: found.controller,
    ...(folder !== undefined && { manifests: relative(dirname(file), folder) || "." }),
    ...(options.context !== undefined && { context: options.context }),
  };
  const config = checked(adoption, found);
  const { application = found.application } = config;
  const problems = await liveProblems(api.objects, config, application, stack);
  if (problems.length > 0) throw new ConfigError(problems);
  const text = adoptionText(adoption);
  const words = describeFound(application);
  say(options, ["", ...words, "", `${file}:`, text].join("\n"));
  const manifests = manifestsOf(application);
  const written = folder === undefined ? file : `${file} and ${manifests.size} files in ${folder}`;
  if (!options.yes) await confirm(`Write ${written}?`);
  if (folder !== undefined) write(folder, manifests);
  writeFileSync(file, text);
  const session = await openSession({ ...options, stack, quiet: true });
  const preview = await agreeOn(session, options);
  const target = sessionArguments({ ...options, stack });
  if (options.json) say({}, jsonOf<"adopt">({ stack, file, found: words, manifests: folder ?? null, preview }));
  say(options, `sluice up ${target} adopts it, and sluice release ${target} hands it back`);
}

/** The stack's config, with the objects that were found. */
function checked(adoption: Adoption, { objects }: FoundApplication) {
  const { "sluice:from": from, ...config } = adoptionConfig(adoption);
  return parseStackConfig({ ...config, "sluice:from": { ...(from as object), objects } });
}

function emptyFolder(place: string): string {
  const folder = resolve(place);
  if (existsSync(folder) && readdirSync(folder).length > 0)
    throw new UserError(`--write ${place} has files already: name an empty folder, or a new one`, "SLUICE1006");
  return folder;
}

function write(folder: string, manifests: ReturnType<typeof manifestsOf>): void {
  mkdirSync(folder, { recursive: true });
  for (const [name, object] of manifests) writeFileSync(join(folder, name), stringify(object));
}

function parseWorkload(text: string): string {
  if (/^[A-Z][A-Za-z]*\/[a-z0-9]([-a-z0-9.]*[a-z0-9])?$/.test(text)) return text;
  throw new InvalidArgumentError("It must be KIND/NAME, for example Deployment/shop.");
}
