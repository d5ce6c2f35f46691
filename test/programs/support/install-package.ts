import { mkdirSync, readFileSync, symlinkSync } from "node:fs";
import { dirname, join } from "node:path";
import { execa } from "execa";
import { packageFolder } from "../../../package-folder";

/**
 * Packs a package of this checkout and installs the tarball in a folder, as npm does.
 *
 * @param own `sluice-lab` for the lab instead of Sluice itself.
 * @returns the paths of the packed files.
 */
export async function installPackage(
  folder: string,
  own: "sluice" | "sluice-lab" = "sluice",
): Promise<readonly string[]> {
  const from = own === "sluice" ? [] : ["--workspace", own];
  const args = ["pack", "--json", "--pack-destination", folder, ...from];
  const { stdout } = await execa("npm", args, { cwd: packageFolder });
  const [{ filename, files }] = JSON.parse(stdout.slice(stdout.indexOf("["))) as [
    { readonly filename: string; readonly files: readonly { readonly path: string }[] },
  ];
  await install(join(folder, filename), join(folder, "node_modules"), own);
  return files.map(({ path }) => path);
}

/**
 * Installs a tarball as npm does, but for its dependencies: those that it names, and no others, are this checkout's. npm
 * would take over a minute.
 */
async function install(tarball: string, modules: string, name: string): Promise<void> {
  const own = join(modules, name);
  mkdirSync(own, { recursive: true });
  await execa("tar", ["-xzf", tarball, "-C", own, "--strip-components", "1"]);
  const {
    dependencies = {},
    peerDependencies = {},
    bin = {},
  } = JSON.parse(readFileSync(join(own, "package.json"), "utf8")) as {
    readonly dependencies?: Readonly<Record<string, string>>;
    readonly peerDependencies?: Readonly<Record<string, string>>;
    readonly bin?: Readonly<Record<string, string>>;
  };
  const links = [
    ...Object.keys({ ...dependencies, ...peerDependencies }).map(
      (name) => [join(packageFolder, "node_modules", name), name] as const,
    ),
    ...Object.entries(bin).map(([name, file]) => [join(own, file), join(".bin", name)] as const),
  ];
  for (const [target, place] of links) {
    mkdirSync(dirname(join(modules, place)), { recursive: true });
    symlinkSync(target, join(modules, place));
  }
}
