import type { PulumiCommand } from "@pulumi/pulumi/automation";
import { clusterApi, type ClusterApi } from "../cluster/api";
import type { StepContext } from "../progress/step";
import type { Cluster, EngineTarget } from "./engine";
import { PulumiEngine } from "./pulumi-engine";

/**
 * Makes the engine of a stack.
 *
 * @param command gives the Pulumi CLI, which may have to be installed first.
 * @param folder the folder of a disposable cluster, where the state of its stacks lives and goes with it.
 */
export function createEngine(
  command: (context: StepContext) => Promise<PulumiCommand>,
  target: EngineTarget,
  folder?: string,
): PulumiEngine {
  return new PulumiEngine(target, { command, connect, folder });
}

/** Pulumi's provider waits forever for an API server that does not answer; this tells in seconds. */
async function connect(cluster: Cluster): Promise<ClusterApi> {
  const api = clusterApi(cluster);
  await api.objects.check();
  return api;
}
