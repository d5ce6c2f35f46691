import { delimiter } from "node:path";
import {
  AuthorizationV1Api,
  CoordinationV1Api,
  CoreV1Api,
  createConfiguration,
  KubeConfig,
  Observable,
  ServerConfiguration,
} from "@kubernetes/client-node";
import type { Cluster } from "../engine/engine";
import { UserError } from "../progress/user-error";
import { ClusterConnection } from "./connection";
import { ObjectsApi } from "./objects-api";

/** Kubernetes' API of one cluster, asked in process. Every request that fails throws a ClusterError. */
export interface ClusterApi {
  /** Objects of any kind. */
  readonly objects: ObjectsApi;
  readonly core: CoreV1Api;
  readonly coordination: CoordinationV1Api;
  readonly authorization: AuthorizationV1Api;
  readonly kubeConfig: KubeConfig;
  /** What all of them send their requests by. */
  readonly connection: ClusterConnection;
}

/**
 * The API of a cluster.
 *
 * @throws UserError if its kubeconfig can't be read or has no such context.
 */
export function clusterApi(cluster: Cluster): ClusterApi {
  const { kubeConfig, server } = readKubeConfig(cluster);
  const reload = () => readKubeConfig(cluster).kubeConfig;
  const connection = new ClusterConnection({ name: cluster.name, server, kubeConfig, reload });
  const configuration = createConfiguration({
    baseServer: new ServerConfiguration(server.replace(/\/$/, ""), {}),
    httpApi: { send: (request) => new Observable(connection.send(request)) },
  });
  return {
    objects: new ObjectsApi(server, connection),
    core: new CoreV1Api(configuration),
    coordination: new CoordinationV1Api(configuration),
    authorization: new AuthorizationV1Api(configuration),
    kubeConfig,
    connection,
  };
}

function readKubeConfig({ kubeconfig, context, name }: Cluster): { kubeConfig: KubeConfig; server: string } {
  const kubeConfig = new KubeConfig();
  try {
    if (kubeconfig === undefined) kubeConfig.loadFromDefault();
    else
      for (const [index, file] of kubeconfig.split(delimiter).entries()) {
        const one = index === 0 ? kubeConfig : new KubeConfig();
        one.loadFromFile(file);
        if (index > 0) kubeConfig.mergeConfig(one);
      }
  } catch (error) {
    // A YAML error quotes the lines around it, and a kubeconfig holds keys: only an error of the file system is shown.
    const reason = (error as NodeJS.ErrnoException).code ?? "it is not a kubeconfig in YAML";
    throw new UserError(`the kubeconfig of the cluster ${name} can't be read: ${reason}`, "SLUICE1302");
  }
  if (context !== undefined) kubeConfig.setCurrentContext(context);
  const server = kubeConfig.getCurrentCluster()?.server;
  if (server === undefined)
    throw new UserError(
      `the cluster ${name} is not in the kubeconfig: there is no context ${context ?? "set as current"}`,
      "SLUICE1302",
    );
  return { kubeConfig, server };
}
