import type { KubeConfig } from "@kubernetes/client-node";
import pRetry from "p-retry";
import * as pulumi from "@pulumi/pulumi";
import { readRolloutTraffic } from "./read";
import type { RolloutTraffic } from "./traffic";

/** Milliseconds for an answer of the API server. */
const timeoutMilliseconds = 3000;

/**
 * The stack's last rollout, as the cluster has it to which Pulumi's Kubernetes provider leads: the one of the stack's config
 * (`kubernetes:kubeconfig`, `kubernetes:context`), else the kubeconfig's.
 *
 * A preview goes on with a warning where the cluster can't be asked.
 *
 * @throws Error in an update, which might undo what a rollout is doing.
 */
export async function askClusterForRollout(namespace: string): Promise<RolloutTraffic | undefined> {
  try {
    return await pRetry(async () => read(namespace), { retries: 2, minTimeout: 500 });
  } catch (error) {
    const reason = (error as Error).message.trim().split("\n")[0];
    const message = `the cluster can't be asked if a rollout of this stack is under way, which would decide about its traffic: ${reason}`;
    if (!pulumi.runtime.isDryRun()) throw new Error(message, { cause: error });
    await pulumi.log.warn(message);
    return undefined;
  }
}

async function read(namespace: string): Promise<RolloutTraffic | undefined> {
  // It takes half a second to load, and the command line, which asks in another way, has no need of it here.
  const { CoreV1Api, createConfiguration, KubeConfig, ServerConfiguration } = await import("@kubernetes/client-node");
  const kubeConfig = new KubeConfig();
  load(kubeConfig);
  const server = kubeConfig.getCurrentCluster()?.server;
  // Without a cluster the provider says itself what is missing.
  if (server === undefined) return undefined;
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
  return readRolloutTraffic(new CoreV1Api(configuration), pulumi.getStack(), namespace);
}

function load(kubeConfig: KubeConfig): void {
  const provider = new pulumi.Config("kubernetes");
  const [given, context] = [provider.get("kubeconfig"), provider.get("context")];
  if (given === undefined) kubeConfig.loadFromDefault();
  else if (/^\s*[{]|\n/.test(given)) kubeConfig.loadFromString(given);
  else kubeConfig.loadFromFile(given.replace(/^~(?=$|\/)/, process.env["HOME"] ?? "~"));
  if (context !== undefined) kubeConfig.setCurrentContext(context);
}
