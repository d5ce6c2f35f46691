import { readlinkSync } from "node:fs";
import { cacheDirectory } from "../cache";
import { type Lab, namespacePath } from "../identity";
import { daemonState, ended, startDaemon } from "../processes/daemon";
import { until } from "../wait";
import { isInNamespace } from "./network";

const name = "sandbox";

/**
 * Runs as the first process of the lab's own process and mount namespaces: whatever the cluster mounts, or leaves in /run and
 * /var/lib, is seen inside only, and is gone with this process, as are all processes below it, however it ends.
 */
const script = `set -e
pause=$1; shift
# Another lab's namespaces must not be held by this one's copy of the mounts.
umount -l /run/netns/* 2>/dev/null || true
umount -l /run/netns 2>/dev/null || true
mount --make-rshared /
mount -t tmpfs -o mode=755 tmpfs /run
mkdir -p /run/netns /run/lock
# What the lab needs stays visible, even if the mounts below would cover it.
number=0
for path in "$@"; do
  number=$((number + 1)); mkdir -p "/run/keep/$number"; mount --bind "$path" "/run/keep/$number"
done
mount -t tmpfs -o mode=755 tmpfs /var/lib
mkdir -p /var/lib/kubelet /var/lib/cni
number=0
for path in "$@"; do
  number=$((number + 1)); mkdir -p "$path"; mount --bind "/run/keep/$number" "$path"
done
mkdir -p "$1/system-logs"
mount --bind "$1/system-logs" /var/log
exec "$pause"
`;

/** The sandbox's first process, if it runs and is in the network namespace of the lab's name. */
export function sandboxPid(lab: Lab): number | undefined {
  const state = daemonState(lab, name);
  return state.running && isInNamespace(lab, state.identity.pid) ? state.identity.pid : undefined;
}

/** Starts the sandbox and waits until it is furnished. */
export async function startSandbox(lab: Lab, pause: string, signal: AbortSignal): Promise<void> {
  const command = [
    "nsenter",
    `--net=${namespacePath(lab.namespace)}`,
    "unshare",
    ...["--mount", "--propagation", "slave", "--pid", "--fork", "--kill-child", "--mount-proc"],
    ...["/bin/sh", "-c", script, "sandbox", pause, lab.state, cacheDirectory()],
  ];
  const { pid } = await startDaemon(lab, { name, command, depth: 1 }, signal);
  const wait = { what: "the sandbox is ready", seconds: 20, signal, hopeless: () => ended(lab, name) };
  await until(wait, () => {
    try {
      return readlinkSync(`/proc/${pid}/exe`) === pause;
    } catch {
      return false;
    }
  });
}

/** The command that runs another one inside the sandbox of this first process. */
export function insideSandbox(pid: number, command: readonly string[]): string[] {
  return ["nsenter", `--target=${pid}`, "--mount", "--pid", "--net", "--", ...command];
}
