import { existsSync } from "node:fs";
import { mkdir, writeFile } from "node:fs/promises";
import { homedir } from "node:os";
import { delimiter, join } from "node:path";
import { pathToFileURL } from "node:url";
import { stateFolder } from "../cluster/folders";
import { profileVariable } from "../cluster/profile";
import type { Cluster, UpdateOptions } from "./engine";

/**
 * The environment of a Pulumi command: which cluster, where the state lives, and what stands in for what the cluster
 * can't have. What the user has set already wins, except for the cluster.
 *
 * @param folder the folder of a disposable cluster; its stacks' state lives there.
 */
export async function engineEnvironment(
  cluster: Cluster,
  { forceConflicts }: UpdateOptions,
  folder?: string,
): Promise<Record<string, string>> {
  return {
    PULUMI_SKIP_UPDATE_CHECK: "true",
    ...(await backend(folder)),
    ...(process.env["PULUMI_CONFIG_PASSPHRASE_FILE"]
      ? {}
      : { PULUMI_CONFIG_PASSPHRASE: process.env["PULUMI_CONFIG_PASSPHRASE"] ?? "" }),
    ...(await kubeconfig(cluster)),
    ...(cluster.profileFile && { [profileVariable]: cluster.profileFile }),
    ...(forceConflicts && { PULUMI_K8S_ENABLE_PATCH_FORCE: "true" }),
  };
}

/** The backend that the user has logged in to; without one, files of this machine. */
async function backend(folder: string | undefined): Promise<Record<string, string>> {
  if (!folder && (process.env["PULUMI_BACKEND_URL"] || isLoggedIn())) return {};
  const place = join(folder ?? stateFolder(), "pulumi");
  await mkdir(place, { recursive: true });
  return { PULUMI_BACKEND_URL: pathToFileURL(place).href };
}

function isLoggedIn(): boolean {
  if (process.env["PULUMI_ACCESS_TOKEN"]) return true;
  return existsSync(join(process.env["PULUMI_HOME"] || join(homedir(), ".pulumi"), "credentials.json"));
}

/** The first file of a kubeconfig list that names a current context decides it; the provider reads the list so. */
async function kubeconfig({ kubeconfig: file, context }: Cluster): Promise<Record<string, string>> {
  if (context === undefined) return file === undefined ? {} : { KUBECONFIG: file };
  const folder = join(stateFolder(), "contexts");
  await mkdir(folder, { recursive: true });
  const current = join(folder, `${context.replace(/[^-.a-zA-Z0-9]/g, "_")}.yaml`);
  await writeFile(current, JSON.stringify({ apiVersion: "v1", kind: "Config", "current-context": context }), {
    mode: 0o600,
  });
  const files = file ?? process.env["KUBECONFIG"] ?? join(homedir(), ".kube", "config");
  return { KUBECONFIG: [current, files].join(delimiter) };
}
