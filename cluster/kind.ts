import { mkdir, writeFile } from "node:fs/promises";
import { platform } from "node:os";
import { dirname, join } from "node:path";
import { execa } from "execa";
import ipaddr from "ipaddr.js";
import { stringify } from "yaml";
import { readClusterProfile } from "./profile";
import type { StepContext } from "../progress/step";
import { UserError } from "../progress/user-error";
import type { ClusterChoice } from "./choice";
import { stateFolder } from "./folders";

/** The kind cluster that Sluice makes for itself; another of the user's is never touched. */
const clusterName = "sluice";

/** Why no kind cluster can be made here; nothing if one can. */
export async function whyNoKind(): Promise<string | undefined> {
  const [docker, kind] = await Promise.all([
    execa("docker", ["info", "--format", "{{.ServerVersion}}"], { reject: false, timeout: 5000 }),
    execa("kind", ["version"], { reject: false, timeout: 5000 }),
  ]);
  if (docker.failed) return "Docker does not answer";
  return kind.failed ? "kind is not installed" : undefined;
}

/** A kind cluster of Sluice's own, with a kubeconfig of its own. */
export function kindChoice(why: string): ClusterChoice {
  const folder = join(stateFolder(), "kind");
  const kubeconfig = join(folder, "kubeconfig");
  const profileFile = join(folder, "profile.yaml");
  return {
    reason: `cluster: the kind cluster ${clusterName}: ${why}`,
    name: `kind-${clusterName}`,
    upSteps: () => [
      {
        title: `Bring up the kind cluster ${clusterName}`,
        run: (context) => bringUp(kubeconfig, profileFile, context),
      },
    ],
    downSteps: [{ title: `Remove the kind cluster ${clusterName}`, run: ({ signal }) => remove(kubeconfig, signal) }],
    folder,
    isUp: () => exists(),
    cluster: () => ({
      name: `the kind cluster ${clusterName}`,
      kubeconfig,
      context: `kind-${clusterName}`,
      profile: readClusterProfile(profileFile),
      profileFile,
    }),
  };
}

async function exists(): Promise<boolean> {
  const { stdout } = await execa("kind", ["get", "clusters"], { reject: false });
  return stdout.split("\n").includes(clusterName);
}

async function bringUp(kubeconfig: string, profileFile: string, { report, signal }: StepContext): Promise<string> {
  await mkdir(dirname(kubeconfig), { recursive: true });
  const wasThere = await exists();
  report(wasThere ? "writing its kubeconfig" : "kind create cluster; the first time it pulls the node's image");
  const args = wasThere ? ["export", "kubeconfig"] : ["create", "cluster", "--wait", "180s"];
  await execa("kind", [...args, "--name", clusterName, "--kubeconfig", kubeconfig], { cancelSignal: signal });
  await writeFile(
    profileFile,
    stringify({ name: `kind-${clusterName}`, addresses: [await freeAddresses()], client: client() }),
  );
  return wasThere ? "it is there already" : "created";
}

async function remove(kubeconfig: string, signal: AbortSignal): Promise<void> {
  await execa("kind", ["delete", "cluster", "--name", clusterName, "--kubeconfig", kubeconfig], {
    cancelSignal: signal,
  });
}

/** Addresses at the end of Docker's network of kind nodes, which Docker itself gives from the start. */
async function freeAddresses(): Promise<string> {
  const { stdout } = await execa("docker", ["network", "inspect", "kind", "--format", "{{json .IPAM.Config}}"]);
  const networks = JSON.parse(stdout) as { Subnet?: string }[];
  const subnet = networks.map(({ Subnet }) => Subnet ?? "").find((block) => ipaddr.IPv4.isValidCIDR(block));
  if (!subnet)
    throw new UserError(
      `Docker's network kind has no IPv4 subnet (${stdout}): MetalLB needs one for its addresses`,
      "SLUICE1302",
    );
  const last = ipaddr.IPv4.broadcastAddressFromCIDR(subnet).toByteArray();
  const at = (offset: number) => [...last.slice(0, 3), (last[3] ?? 255) - offset].join(".");
  return `${at(15)}-${at(5)}`;
}

/** Docker's network is reachable from a Linux machine itself; elsewhere Docker runs in a virtual machine. */
function client(): string[] {
  return platform() === "linux"
    ? []
    : ["docker", "run", "--rm", "--interactive", "--network", "kind", "node:22-alpine"];
}
