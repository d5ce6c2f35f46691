import type * as Client from "@kubernetes/client-node";
import pRetry from "p-retry";
import * as pulumi from "@pulumi/pulumi";
import { loadProviderKubeConfig, providerSettings } from "../cluster/provider-kubeconfig";
import { ConfigError } from "../config/problems";
import { profileVariable } from "../cluster/profile";
import type { StackConfig } from "../config/stack-config";
import type { Successor } from "../routers/deployed";
import { readRolloutTraffic } from "./read";
import { demandPods } from "./successors";
import type { RolloutTraffic } from "./traffic";

const unnamedCluster =
  "kubernetes:context is missing: it must be set under sluice:environment production, because pulumi would update whichever " +
  "cluster the kubeconfig is at: run pulumi config set kubernetes:context NAME (kubectl config get-contexts lists the names)";

/** Milliseconds for an answer of the API server. */
const timeoutMilliseconds = 3000;

/** What the program asks of the cluster before it says what is to be there. */
export interface StackCluster {
  /**
   * Left out if the command works on a cluster that the user named.
   *
   * @throws ConfigError if production's cluster would be whichever the shell is at.
   */
  demandNamed?(environment: StackConfig["environment"]): void;
  /** The stack's last rollout, which decides about the traffic while it is under way. */
  rollout(namespace: string): Promise<RolloutTraffic | undefined>;
  /**
   * Left out if the command gives successors their pods.
   *
   * @throws Error if one of them has fewer pods than it needs.
   */
  demandPods?(successors: readonly Successor[]): Promise<void>;
}

/**
 * The cluster to which Pulumi's Kubernetes provider leads: the one of the stack's config (`kubernetes:kubeconfig`,
 * `kubernetes:context`), else the kubeconfig's.
 *
 * A preview goes on with a warning if it can't be asked. An update, which might undo what a rollout is doing, fails.
 */
export const providersCluster: StackCluster = {
  demandNamed: (environment) => {
    const { context, kubeconfig } = providerSettings();
    // With a profile, the shell is at a disposable cluster: sluice lab env has put it there.
    const isNamed = [context, kubeconfig, process.env[profileVariable] || undefined].some((one) => one !== undefined);
    if (environment === "production" && !isNamed) throw new ConfigError([], [unnamedCluster]);
  },
  rollout: (namespace) =>
    ask("if a rollout of this stack is under way, which would decide about its traffic", async () => {
      const [{ CoreV1Api }, configuration] = await connect();
      return configuration && readRolloutTraffic(new CoreV1Api(configuration), pulumi.getStack(), namespace);
    }),
  demandPods: async (successors) => {
    if (successors.length === 0) return;
    const deployments = await ask("how many pods serve now", async () => {
      const [{ AppsV1Api }, configuration] = await connect();
      if (!configuration) return [];
      const [{ namespace = "" } = {}] = successors;
      return (await new AppsV1Api(configuration).listNamespacedDeployment({ namespace })).items;
    });
    demandPods(successors, deployments ?? [], pulumi.getStack());
  },
};

async function ask<Answer>(what: string, question: () => Promise<Answer>): Promise<Answer | undefined> {
  try {
    return await pRetry(question, { retries: 2, minTimeout: 500 });
  } catch (error) {
    const reason = (error as Error).message.trim().split("\n")[0];
    const message = `the cluster can't be asked ${what}: ${reason}`;
    if (!pulumi.runtime.isDryRun()) throw new Error(message, { cause: error });
    await pulumi.log.warn(message);
    return undefined;
  }
}

/** Kubernetes' client, and what leads it to the cluster; without a cluster the provider says itself what is missing. */
async function connect(): Promise<[typeof Client, Client.Configuration | undefined]> {
  // It takes half a second to load, and the command line, which asks in another way, has no need of it here.
  const client = await import("@kubernetes/client-node");
  const kubeConfig = new client.KubeConfig();
  loadProviderKubeConfig(kubeConfig);
  const server = kubeConfig.getCurrentCluster()?.server;
  if (server === undefined) return [client, undefined];
  const configuration = client.createConfiguration({
    baseServer: new client.ServerConfiguration(server, {}),
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
  return [client, configuration];
}
