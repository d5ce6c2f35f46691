import { platform } from "node:os";
import { dirname } from "node:path";
import { readClusterProfile } from "../config/profile";
import { downSteps, labInfo, labStatus, labSteps, neededParts } from "../lab";
import type { ClusterChoice, ClusterOptions } from "./choice";

/** Why the lab can't come up here; nothing where it can. */
export function whyNoLab(): string | undefined {
  if (platform() !== "linux") return "it needs Linux";
  return process.getuid?.() === 0 ? undefined : "it needs root: run the command by sudo";
}

/**
 * The lab: a real one-node Kubernetes in network namespaces of this machine.
 *
 * @param config the stack's config by full key: brought up, the lab is given the parts that the stack needs.
 */
export function labChoice(
  { labName, labPort }: ClusterOptions,
  config: Readonly<Record<string, unknown>>,
  why: string,
): ClusterChoice {
  const options = { name: labName, apiPort: labPort };
  const info = labInfo(options);
  return {
    reason: `cluster: the lab ${info.name}: ${why}`,
    name: info.name,
    upSteps: labSteps({ ...options, with: neededParts(config["sluice:router"]) }),
    downSteps: downSteps(options),
    folder: dirname(info.kubeconfig),
    isUp: async () => (await labStatus(options)).state === "running",
    cluster: () => ({
      name: `the lab ${info.name}`,
      kubeconfig: info.kubeconfig,
      context: info.context,
      profile: readClusterProfile(info.profile),
      profileFile: info.profile,
    }),
  };
}
