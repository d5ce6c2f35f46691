import { existsSync } from "node:fs";
import { chmod, mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { StepContext } from "../progress/step";
import { UserError } from "../progress/user-error";
import { run, succeeds } from "./command";
import { onPath } from "../sources/find-program";

/** What the lab needs of the machine: a program, or a file, and the Debian package that has it. */
const needs: readonly (readonly [program: string, debianPackage: string])[] = [
  ["containerd", "containerd"],
  ["ctr", "containerd"],
  ["runc", "runc"],
  ["/usr/lib/cni/bridge", "containernetworking-plugins"],
  ["conntrack", "conntrack"],
  ["nft", "nftables"],
  ["ip", "iproute2"],
  ["umoci", "umoci"],
  ["skopeo", "skopeo"],
  ["openssl", "openssl"],
  ["setcap", "libcap2-bin"],
  ["nsenter", "util-linux"],
  ["unshare", "util-linux"],
];

/** The Debian packages of which something is missing here. */
export function missingPackages(): string[] {
  const missing = needs.filter(([program]) => !(program.startsWith("/") ? existsSync(program) : onPath(program)));
  return [...new Set(missing.map(([, debianPackage]) => debianPackage))];
}

/** Refuses a machine on which something is missing that can't be installed from here. */
export function checkPackages(): void {
  const missing = missingPackages();
  if (missing.length === 0 || onPath("apt-get") !== undefined) return;
  throw new UserError(
    `The lab needs ${missing.join(", ")} (Debian's names), and there is no apt-get here to install them: install them with this system's package manager.`,
  );
}

const options = ["-q", "-y", "-o", "Dpkg::Use-Pty=0", "-o", "DPkg::Lock::Timeout=120", "-o", "APT::Sandbox::User=root"];
const env = { DEBIAN_FRONTEND: "noninteractive" };

/** Refreshes the lists of packages, as far as their sources answer. */
async function updatePackageLists({ report, signal }: StepContext): Promise<void> {
  report("lists of packages");
  // Any one source that does not answer makes this fail, and mostly it is not the one that is needed: the next command tells.
  await succeeds("apt-get", [...options, "update"], { signal, env });
}

/** Installs the packages that are missing, without starting the services that some of them bring. */
export async function installPackages(context: StepContext): Promise<string> {
  const missing = missingPackages();
  if (missing.length === 0) return "all there";
  await installDebianPackages(missing, context);
  const still = missingPackages();
  if (still.length > 0) throw new Error(`apt-get installed ${still.join(", ")}, and yet something of them is missing.`);
  return `installed ${missing.join(", ")}`;
}

/** Installs packages of Debian's, without starting the services that some of them bring; wants root and apt-get. */
export async function installDebianPackages(packages: readonly string[], context: StepContext): Promise<void> {
  await updatePackageLists(context);
  context.report(packages.join(", "));
  await withoutServices(async () => {
    await run("apt-get", [...options, "install", "--no-install-recommends", ...packages], {
      signal: context.signal,
      env,
    });
  });
}

const policy = "/usr/sbin/policy-rc.d";
const policyText = "#!/bin/sh\n# Put here by sluice lab while it installs packages.\nexit 101\n";

async function withoutServices(install: () => Promise<void>): Promise<void> {
  // One that is there already is the machine's own policy, and is left alone.
  const ours = !existsSync(policy) || (await readFile(policy, "utf8")) === policyText;
  if (ours) {
    await writeFile(policy, policyText);
    await chmod(policy, 0o755);
  }
  try {
    await install();
  } finally {
    if (ours) await rm(policy, { force: true });
  }
}

/** A release of Debian's that may not be this machine's. */
export type DebianSuite = "trixie";

/**
 * Fetches packages' files into a folder and unpacks them below a root, without installing them.
 *
 * @param suite the Debian that they are of; this machine's own by default.
 */
export async function unpackPackages(
  packages: readonly string[],
  folder: string,
  root: string,
  context: StepContext,
  suite?: DebianSuite,
): Promise<void> {
  const { report, signal } = context;
  const apart = suite && (await aptApart(suite, folder));
  const all = { ...env, ...apart };
  const download = () => run("apt-get", [...options, "download", ...packages], { cwd: folder, signal, env: all });
  const fetching = `fetches ${packages.length} Debian packages`;
  if (apart) {
    report(`the list of ${suite}'s packages`);
    await run("apt-get", [...options, "update"], { signal, env: all });
    report(fetching);
    await download();
  } else {
    report(fetching);
    await download().catch(async () => {
      signal.throwIfAborted();
      // The lists may be missing, or name versions that the mirror has since replaced.
      await updatePackageLists(context);
      report(fetching);
      await download();
    });
  }
  const files = (await run("find", [folder, "-name", "*.deb"])).split("\n");
  for (const file of files) await run("dpkg-deb", ["-x", file, root], { signal });
}

/** The environment by which apt-get reads one release's packages alone, and leaves this machine's lists as they are. */
async function aptApart(suite: DebianSuite, folder: string): Promise<Record<string, string>> {
  const apt = join(folder, "apt");
  for (const name of ["lists/partial", "cache/archives/partial", "sources"])
    await mkdir(join(apt, name), { recursive: true });
  await writeFile(join(apt, "status"), "");
  await writeFile(
    join(apt, "sources/debian.sources"),
    stanza("http://deb.debian.org/debian", `${suite} ${suite}-updates`) +
      stanza("http://deb.debian.org/debian-security", `${suite}-security`),
  );
  const settings = {
    "Dir::State": apt,
    "Dir::State::status": join(apt, "status"),
    "Dir::Cache": join(apt, "cache"),
    "Dir::Etc::sourcelist": "/dev/null",
    "Dir::Etc::sourceparts": join(apt, "sources"),
    "Acquire::Languages": "none",
  };
  const lines = Object.entries(settings).map(([name, value]) => `${name} "${value}";\n`);
  await writeFile(join(apt, "apt.conf"), lines.join(""));
  return { APT_CONFIG: join(apt, "apt.conf") };
}

function stanza(uri: string, suites: string): string {
  const keyring = "/usr/share/keyrings/debian-archive-keyring.gpg";
  return `Types: deb\nURIs: ${uri}\nSuites: ${suites}\nComponents: main\nSigned-By: ${keyring}\n\n`;
}
