import type * as Connection from "../cluster/connection";
import type * as Objects from "../cluster/objects-api";
import type * as Provider from "../cluster/provider-kubeconfig";
import { asMap } from "./as-map";
import { liveSourceOf, readLive } from "./live";

type Config = Readonly<Record<string, unknown>>;

/**
 * A stack's config with the objects of the live application that it names, read from the cluster to which Pulumi's Kubernetes
 * provider leads; any other config as it is. The command line has read them already when it runs the program.
 *
 * @throws ClusterError if the cluster can't be asked.
 */
export async function withLiveSource(config: Config): Promise<Config> {
  const source = liveSourceOf(config);
  if (!source) return config;
  // Loaded only here: they take half a second, and other stacks don't need them.
  const { KubeConfig } = await import("@kubernetes/client-node");
  const { ClusterConnection } = require("../cluster/connection") as typeof Connection;
  const { ObjectsApi } = require("../cluster/objects-api") as typeof Objects;
  const { loadProviderKubeConfig } = require("../cluster/provider-kubeconfig") as typeof Provider;
  const kubeConfig = new KubeConfig();
  loadProviderKubeConfig(kubeConfig);
  const server = kubeConfig.getCurrentCluster()?.server;
  // Without a cluster, the config's own check reports what is missing.
  if (server === undefined) return config;
  const name = kubeConfig.getCurrentContext();
  const connection = new ClusterConnection({ name, server, kubeConfig, reload: () => kubeConfig });
  const objects = new ObjectsApi(server, connection);
  return { ...config, "sluice:from": { ...asMap(config["sluice:from"]), objects: await readLive(objects, source) } };
}
