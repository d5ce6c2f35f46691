import { accessSync, constants, existsSync, readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { cacheFolder } from "../cluster/folders";

/** Root's programs are in sbin, which the PATH of a plain user's shell leaves out. */
export function searchPath(): string {
  return [process.env["PATH"] ?? "", "/usr/local/sbin", "/usr/sbin", "/sbin"].join(":");
}

/** Finds a program on PATH. */
export function onPath(program: string): string | undefined {
  for (const folder of searchPath().split(":")) {
    const candidate = join(folder, program);
    if (!candidate.startsWith("/")) continue;
    try {
      accessSync(candidate, constants.X_OK);
      return candidate;
    } catch {
      // Not in this folder.
    }
  }
  return undefined;
}

/** Finds a program that a lab has built from the module of its own name, the last one built; nothing is built for it. */
export function builtBefore(program: string): string | undefined {
  const builds = join(cacheFolder(), "lab");
  const folders = existsSync(builds) ? readdirSync(builds) : [];
  const found = folders
    .filter((name) => name.startsWith(`${program}-`))
    .map((name) => join(builds, name, program))
    .filter((path) => existsSync(path));
  const ages = new Map(found.map((path) => [path, statSync(path).mtimeMs]));
  return found.sort((left, right) => (ages.get(right) ?? 0) - (ages.get(left) ?? 0))[0];
}
