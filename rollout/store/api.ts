import {
  ApiException,
  CoordinationV1Api,
  CoreV1Api,
  createConfiguration,
  KubeConfig,
  ServerConfiguration,
} from "@kubernetes/client-node";
import type { Cluster } from "../../engine/engine";
import { UserError } from "../../progress/user-error";

/** Milliseconds until an API server that doesn't answer counts as away. */
const timeoutMilliseconds = 5000;

/** The parts of Kubernetes' API that a rollout keeps its state in. */
export interface ClusterApi {
  readonly core: CoreV1Api;
  readonly coordination: CoordinationV1Api;
  readonly kubeConfig: KubeConfig;
}

/**
 * The API of a cluster.
 *
 * @throws UserError where its kubeconfig has no such context.
 */
export function clusterApi({ kubeconfig, context, name }: Cluster): ClusterApi {
  const kubeConfig = new KubeConfig();
  if (kubeconfig === undefined) kubeConfig.loadFromDefault();
  else kubeConfig.loadFromFile(kubeconfig);
  if (context !== undefined) kubeConfig.setCurrentContext(context);
  const server = kubeConfig.getCurrentCluster()?.server;
  if (server === undefined)
    throw new UserError(
      `the cluster ${name} is not in the kubeconfig: there is no context ${context ?? "set as current"}`,
    );
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
  return { core: new CoreV1Api(configuration), coordination: new CoordinationV1Api(configuration), kubeConfig };
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
