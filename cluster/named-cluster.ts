import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { homedir } from "node:os";
import { delimiter, join } from "node:path";
import { parse } from "yaml";
import { profileVariable, readClusterProfile } from "./profile";
import { UserError } from "../progress/user-error";
import type { ClusterChoice, ClusterOptions } from "./choice";
import { stateFolder } from "./folders";

const key = "kubernetes:kubeconfig";

/** The cluster's name if only a kubeconfig names it. */
const unnamed = `the cluster of ${key}`;

/**
 * The cluster that the user named: by `--context`, by the stack's config, or by `sluice lab env` in this shell.
 *
 * @throws UserError if the stack's kubeconfig can't be used.
 */
export function namedCluster(
  { context: option, cluster, labName, labPort }: ClusterOptions,
  config: Readonly<Record<string, unknown>>,
): ClusterChoice | undefined {
  const configured = config["kubernetes:context"];
  const kubeconfig = config[key] === undefined ? undefined : kubeconfigFile(config[key]);
  const context = option ?? (typeof configured === "string" ? configured : undefined);
  if (context !== undefined || kubeconfig !== undefined) {
    const name = context ?? (kubeconfig === undefined ? undefined : currentContext(kubeconfig)) ?? unnamed;
    return choiceOf(name, option === undefined ? "the stack's config" : "--context", { context, kubeconfig });
  }
  const files = process.env["KUBECONFIG"];
  const isAsked = cluster !== undefined || labName !== undefined || labPort !== undefined;
  if (isAsked || !files || !process.env[profileVariable]) return undefined;
  const current = currentContext(files.split(delimiter)[0] ?? "");
  return current === undefined ? undefined : choiceOf(current, "sluice lab env", { kubeconfig: files });
}

function choiceOf(
  name: string,
  by: string,
  place: { readonly context?: string; readonly kubeconfig?: string },
): ClusterChoice {
  const profileFile = process.env[profileVariable];
  return {
    reason: `cluster: the context ${name}, named by ${by}`,
    name,
    upSteps: () => [],
    downSteps: [],
    isUp: () => Promise.resolve(true),
    cluster: () => ({
      name,
      ...place,
      profile: readClusterProfile(profileFile),
      profileFile: profileFile || undefined,
    }),
  };
}

/**
 * The file of a stack's kubeconfig, which is a path or the contents, as Pulumi's provider takes it. Contents are written to
 * a file that only the user can read, and are never part of a message.
 */
function kubeconfigFile(value: unknown): string {
  if (value === "[secret]")
    throw new UserError(
      `${key} is a secure value, which only Pulumi can read: put the kubeconfig into a file, and name it by ${key} or KUBECONFIG`,
      "SLUICE1302",
    );
  const text = typeof value === "string" ? value : JSON.stringify(value);
  if (isContents(text)) return written(text);
  if (text.includes("\n"))
    throw new UserError(`${key} is neither a path nor a kubeconfig in YAML or JSON`, "SLUICE1302");
  const path = text.replace(/^~(?=$|\/)/, homedir());
  if (existsSync(path)) return path;
  const shown = text.length > 80 ? `${text.slice(0, 80)}…` : text;
  if (text.includes(delimiter))
    throw new UserError(
      `${key} is "${shown}": it must be one file; leave it out, and set KUBECONFIG to a list of files`,
      "SLUICE1302",
    );
  throw new UserError(
    `${key} is "${shown}": there is no such file; set it to a kubeconfig's path or contents`,
    "SLUICE1302",
  );
}

function isContents(text: string): boolean {
  try {
    const content = parse(text) as unknown;
    return typeof content === "object" && content !== null && ("clusters" in content || "contexts" in content);
  } catch {
    return false;
  }
}

function written(text: string): string {
  const folder = join(stateFolder(), "kubeconfigs");
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const file = join(folder, `${createHash("sha256").update(text).digest("hex").slice(0, 16)}.yaml`);
  writeFileSync(file, text, { mode: 0o600 });
  return file;
}

function currentContext(file: string): string | undefined {
  try {
    const { "current-context": current } = parse(readFileSync(file, "utf8")) as { "current-context"?: unknown };
    return typeof current === "string" && current !== "" ? current : undefined;
  } catch {
    // A later request to the cluster reports what is wrong with the file.
    return undefined;
  }
}
