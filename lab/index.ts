import { join } from "node:path";
import { identify, type LabOptions } from "./identity";

export { type LabOptions, type LabPart, labParts } from "./identity";
export { neededParts } from "./needed-parts";
export { clusterProfile, renderProfile } from "./profile";
export { builtPulumi, pulumiFolder, pulumiOnPath, pulumiVariables } from "./pulumi";
export { type LabStatus, labStatus, type PieceStatus } from "./status";
export { downSteps, labSteps } from "./steps";
export { chartFromModule, helmProgram, istioctlProgram, kubectlProgram, releasedChart } from "./tools";

/** The paths of a lab. */
export interface LabInfo {
  readonly name: string;
  readonly kubeconfig: string;
  /** The kubeconfig's context. */
  readonly context: string;
  /** Path of the cluster profile. */
  readonly profile: string;
  readonly binaries: { readonly kubectl: string; readonly helm: string };
  /** The folder of the stacks' state, which is removed with the lab. */
  readonly stacks: string;
}

/** Says where a lab's things are, whether it runs or not. */
export function labInfo(options: LabOptions = {}): LabInfo {
  const { name, kubeconfig, profile, bin, stacks } = identify(options);
  const binaries = { kubectl: join(bin, "kubectl"), helm: join(bin, "helm") };
  return { name, kubeconfig, context: name, profile, binaries, stacks };
}

/** The folder of a lab's logs, one a piece. */
export function logFolder(options: LabOptions = {}): string {
  return identify(options).logs;
}
