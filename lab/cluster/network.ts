import { existsSync, readlinkSync, statSync } from "node:fs";
import { rm, readdir, readFile, rmdir } from "node:fs/promises";
import { run, succeeds } from "../command";
import { type Lab, namespacePath } from "../identity";
import { addresses } from "./addresses";

const namespacesFolder = "/run/netns";

/** Whether both of the lab's network namespaces are there. */
export function networkExists(lab: Lab): boolean {
  return [lab.namespace, lab.clientNamespace].every((name) => namespaceInode(namespacePath(name)) !== undefined);
}

/** Whether a process lives in the network namespace that has the lab's name now. */
export function isInNamespace(lab: Lab, pid: number): boolean {
  try {
    return readlinkSync(`/proc/${pid}/ns/net`) === `net:[${namespaceInode(namespacePath(lab.namespace)) ?? ""}]`;
  } catch {
    return false;
  }
}

function namespaceInode(path: string): number | undefined {
  try {
    const { ino, dev } = statSync(path);
    // What a namespace leaves behind when its mount is gone is an ordinary file, on the folder's own device.
    return dev === statSync("/proc/self/ns/net").dev ? ino : undefined;
  } catch {
    return undefined;
  }
}

/** Makes the lab's network: one namespace for the cluster, one for its client, and a cable between them. */
export async function makeNetwork(lab: Lab, signal: AbortSignal): Promise<void> {
  await removeNetwork(lab);
  const ip = (...args: string[]) => run("ip", args, { signal });
  const inside = (...args: string[]) => ip("-n", lab.namespace, ...args);
  const client = (...args: string[]) => ip("-n", lab.clientNamespace, ...args);
  await ip("netns", "add", lab.namespace);
  await ip("netns", "add", lab.clientNamespace);
  for (const side of [inside, client]) await side("link", "set", "lo", "up");
  await inside("link", "add", "br0", "type", "bridge");
  for (const address of [addresses.nodeNetwork, addresses.gateway]) await inside("addr", "add", address, "dev", "br0");
  await inside("link", "set", "br0", "up");
  // A bridge is up only once something is plugged into it; made inside, no device of the lab ever shows outside.
  await inside("link", "add", "client0", "type", "veth", "peer", "name", "eth0", "netns", lab.clientNamespace);
  await inside("link", "set", "client0", "master", "br0", "up");
  await client("addr", "add", addresses.client, "dev", "eth0");
  await client("link", "set", "eth0", "up");
  await inside("route", "add", "default", "via", addresses.nowhere, "dev", "br0");
}

/** Removes the lab's network namespaces, and with them all devices, routes and rules inside. */
export async function removeNetwork(lab: Lab): Promise<void> {
  for (const name of [lab.clientNamespace, lab.namespace]) {
    const path = namespacePath(name);
    if (!existsSync(path)) continue;
    if (!(await succeeds("ip", ["netns", "delete", name]))) await rm(path, { force: true });
  }
  await removeNamespacesFolder();
}

/** Takes away the mount that the first namespace on a machine brings, once no one's namespace is left. */
async function removeNamespacesFolder(): Promise<void> {
  const mounts = (await readFile("/proc/mounts", "utf8")).split("\n");
  if (!mounts.some((line) => line.split(" ")[1] === namespacesFolder)) return;
  if ((await readdir(namespacesFolder)).length > 0) return;
  if (await succeeds("umount", [namespacesFolder])) await rmdir(namespacesFolder).catch(() => undefined);
}
