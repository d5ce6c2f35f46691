import { platform } from "node:os";
import { dirname } from "node:path";
import { readClusterProfile } from "./profile";
import { downSteps, labInfo, labStatus, labSteps, neededParts } from "../lab";
import type { ClusterChoice, ClusterOptions } from "./choice";

/** Why the lab can't come up here; nothing if it can. */
export function whyNoLab(): string | undefined {
  if (platform() !== "linux") return "it needs Linux";
  return process.getuid?.() === 0 ? undefined : "it needs root: run the command with sudo";
}

/** The lab: a real one-node Kubernetes in network namespaces of this machine. */
export function labChoice({ labName, labPort }: ClusterOptions, why: string): ClusterChoice {
  const options = { name: labName, apiPort: labPort };
  const info = labInfo(options);
  const withNeeded = (config?: Readonly<Record<string, unknown>>) => ({
    ...options,
    with: config ? neededParts(config) : [],
  });
  return {
    reason: `cluster: the lab ${info.name}: ${why}`,
    name: info.name,
    upSteps: (config) => labSteps(withNeeded(config)),
    downSteps: downSteps(options),
    folder: dirname(info.kubeconfig),
    isUp: async (config) => (await labStatus(withNeeded(config))).state === "running",
    cluster: () => ({
      name: `the lab ${info.name}`,
      kubeconfig: info.kubeconfig,
      context: info.context,
      profile: readClusterProfile(info.profile),
      profileFile: info.profile,
    }),
  };
}
