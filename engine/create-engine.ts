import { clusterApi, type ClusterApi } from "../cluster/api";
import type { Cluster, EngineTarget } from "./engine";
import type { CliMeans } from "./pulumi-command";
import { PulumiEngine } from "./pulumi-engine";

/** Makes the engine of a stack. */
export function createEngine(means: CliMeans, target: EngineTarget): PulumiEngine {
  return new PulumiEngine(target, { ...means, connect });
}

/** Pulumi's provider waits forever for an API server that does not answer; this tells in seconds. */
async function connect(cluster: Cluster): Promise<ClusterApi> {
  const api = clusterApi(cluster);
  await api.objects.check();
  return api;
}
