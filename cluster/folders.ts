import { homedir } from "node:os";
import { isAbsolute, join } from "node:path";

/** Where Sluice keeps what can be made again: builds, charts. Outside the checkout (XDG Base Directory Specification). */
export function cacheFolder(): string {
  return join(baseFolder("XDG_CACHE_HOME") ?? join(homedir(), ".cache"), "sluice");
}

/** Where Sluice keeps what it needs again: the kubeconfig of a kind cluster, locks. */
export function stateFolder(): string {
  return join(baseFolder("XDG_STATE_HOME") ?? join(homedir(), ".local", "state"), "sluice");
}

/** The specification has a relative path ignored. */
function baseFolder(variable: string): string | undefined {
  const folder = process.env[variable];
  return folder !== undefined && isAbsolute(folder) ? folder : undefined;
}
