import { homedir } from "node:os";
import { isAbsolute, join } from "node:path";

/** The folder of what Sluice can make again: builds, charts. Outside the checkout (XDG Base Directory Specification). */
export function cacheFolder(): string {
  return join(baseFolder("XDG_CACHE_HOME") ?? join(homedir(), ".cache"), "sluice");
}

/** The folder of what Sluice must keep: the kubeconfig of a kind cluster, locks. */
export function stateFolder(): string {
  return join(baseFolder("XDG_STATE_HOME") ?? join(homedir(), ".local", "state"), "sluice");
}

/** The specification says to ignore relative paths. */
function baseFolder(variable: string): string | undefined {
  const folder = process.env[variable];
  return folder !== undefined && isAbsolute(folder) ? folder : undefined;
}
