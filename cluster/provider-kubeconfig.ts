import type { KubeConfig } from "@kubernetes/client-node";
import * as pulumi from "@pulumi/pulumi";

/**
 * Loads the kubeconfig that Pulumi's Kubernetes provider takes: the one of the stack's config (`kubernetes:kubeconfig`,
 * `kubernetes:context`), else the user's own.
 */
export function loadProviderKubeConfig(kubeConfig: KubeConfig): void {
  const { kubeconfig: given, context } = providerSettings();
  if (given === undefined) kubeConfig.loadFromDefault();
  else if (/^\s*[{]|\n/.test(given)) kubeConfig.loadFromString(given);
  else kubeConfig.loadFromFile(given.replace(/^~(?=$|\/)/, process.env["HOME"] ?? "~"));
  if (context !== undefined) kubeConfig.setCurrentContext(context);
}

/** What the stack's config says of the cluster. */
export function providerSettings(): { readonly kubeconfig?: string; readonly context?: string } {
  const provider = new pulumi.Config("kubernetes");
  return { kubeconfig: provider.get("kubeconfig"), context: provider.get("context") };
}
