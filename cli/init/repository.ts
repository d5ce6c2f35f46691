import { existsSync, readFileSync } from "node:fs";
import { basename, join, relative, sep } from "node:path";
import { isMap } from "../../values/is-map";
import { upwardsFrom } from "../../engine/project-folder";

/** What Sluice finds in a team's repository. */
export interface Repository {
  /** The folder of the team's stack files. */
  readonly folder: string;
  /** The folder that has `.github`: the one that Git has checked out, else the stack files' own. */
  readonly root: string;
  /** A name for the project and its workload: the npm package's, else the folder's. */
  readonly name: string;
  /** The port that the Dockerfile exposes. */
  readonly port?: number;
  /** True if Node reads `.js` files there as ECMAScript modules. */
  readonly isModule: boolean;
  /** The schema of stack files, as a stack file refers to it. */
  readonly schema: string;
  /** True if the npm package is installed there. */
  readonly hasSluice: boolean;
  /** The lock file of a package manager that the CI workflow does not use. */
  readonly foreignLock?: string;
}

const schemaInPackage = join("node_modules", "sluice", "dist", "sluice.schema.json");

/** Looks around in a folder and above it. */
export function lookAround(folder: string): Repository {
  const has = (name: string) => (place: string) => existsSync(join(place, name));
  const places = upwardsFrom(folder);
  const root = places.find(has(".git")) ?? folder;
  const installed = places.find(has(schemaInPackage));
  // A package.json above the repository belongs to another project.
  const manifest = places.slice(0, places.indexOf(root) + 1).find(has("package.json"));
  const { name, type } = manifest === undefined ? {} : readManifest(join(manifest, "package.json"));
  const ownName = typeof name === "string" ? name.replace(/^@[^/]*\//, "") : basename(folder);
  const hasLock = (lock: string) => [folder, root].some(has(lock));
  const port = exposedPort(join(folder, "Dockerfile")) ?? exposedPort(join(root, "Dockerfile"));
  return {
    folder,
    root,
    name: asLabel(ownName) || "app",
    ...(port !== undefined && { port }),
    isModule: type === "module",
    schema: join(relative(folder, installed ?? folder), schemaInPackage)
      .split(sep)
      .join("/"),
    hasSluice: installed !== undefined,
    ...(!hasLock("package-lock.json") && { foreignLock: ["pnpm-lock.yaml", "yarn.lock"].find(hasLock) }),
  };
}

/** Ignores files that can't be read: npm reports them. */
function readManifest(file: string): Readonly<Record<string, unknown>> {
  try {
    const manifest: unknown = JSON.parse(readFileSync(file, "utf8"));
    return isMap(manifest) ? manifest : {};
  } catch {
    return {};
  }
}

/** A name as Kubernetes and Sluice take it: lower-case letters, digits and -, at most 40 characters. */
function asLabel(name: string): string {
  const label = name.toLowerCase().replace(/[^a-z0-9]+/g, "-");
  return label.replace(/^-/, "").slice(0, 40).replace(/-$/, "");
}

function exposedPort(dockerfile: string): number | undefined {
  if (!existsSync(dockerfile)) return undefined;
  const [, port] = /^\s*EXPOSE\s+(\d{1,5})\b/im.exec(readFileSync(dockerfile, "utf8")) ?? [];
  return port === undefined ? undefined : Number(port);
}
