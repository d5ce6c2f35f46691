import { delimiter } from "node:path";
import {
  ApiException,
  CoordinationV1Api,
  CoreV1Api,
  createConfiguration,
  KubeConfig,
  ServerConfiguration,
} from "@kubernetes/client-node";
import type { Cluster } from "../engine/engine";
import { UserError } from "../progress/user-error";
import { ObjectsApi } from "./objects-api";

/** Milliseconds until an API server that doesn't answer counts as away. */
const timeoutMilliseconds = 5000;

/** Kubernetes' API of one cluster, asked in process. */
export interface ClusterApi {
  /** Objects of any kind. */
  readonly objects: ObjectsApi;
  readonly core: CoreV1Api;
  readonly coordination: CoordinationV1Api;
  readonly kubeConfig: KubeConfig;
}

/**
 * The API of a cluster.
 *
 * @throws UserError where its kubeconfig can't be read or has no such context.
 */
export function clusterApi(cluster: Cluster): ClusterApi {
  const { kubeConfig, server } = readKubeConfig(cluster);
  const configuration = createConfiguration({
    baseServer: new ServerConfiguration(server, {}),
    authMethods: { default: kubeConfig },
    promiseMiddleware: [
      {
        pre: (request) => {
          request.setSignal(AbortSignal.timeout(timeoutMilliseconds));
          return Promise.resolve(request);
        },
        post: (response) => Promise.resolve(response),
      },
    ],
  });
  return {
    objects: new ObjectsApi(cluster.name, server, kubeConfig),
    core: new CoreV1Api(configuration),
    coordination: new CoordinationV1Api(configuration),
    kubeConfig,
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
    throw new UserError(`the kubeconfig of the cluster ${name} can't be read: ${reason}`);
  }
  if (context !== undefined) kubeConfig.setCurrentContext(context);
  const server = kubeConfig.getCurrentCluster()?.server;
  if (server === undefined)
    throw new UserError(
      `the cluster ${name} is not in the kubeconfig: there is no context ${context ?? "set as current"}`,
    );
  return { kubeConfig, server };
}

/** The HTTP status with which the API server refused; nothing where it did not answer. */
export function statusOf(error: unknown): number | undefined {
  return error instanceof ApiException ? error.code : undefined;
}

/** True where nothing is wrong with what was asked: the API server is away, or busy. */
export function isAway(error: unknown): boolean {
  const status = statusOf(error);
  return status === undefined ? error instanceof Error : status === 429 || status >= 500;
}
