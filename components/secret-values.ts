import * as pulumi from "@pulumi/pulumi";
import * as runtimeConfig from "@pulumi/pulumi/runtime/config";
import { encrypted } from "../config/encrypted";
import { configNamespace } from "../config/own-values";
import { ConfigError } from "../config/problems";

/** The SDK's own, which its types leave out: whether a config value is encrypted, or holds one that is. */
const { isConfigSecret } = runtimeConfig as unknown as { readonly isConfigSecret: (key: string) => boolean };

/**
 * Reads the config. Of a key that is encrypted somewhere no message shows a value: Pulumi has decrypted what a program gets.
 *
 * @throws what reading throws.
 */
export function readSecretConfig<Config>(read: () => Config): Config {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    const hidden = error.problems.map((problem) => {
      const [key = ""] = problem.key.split(".");
      return isEncrypted(key) ? { ...problem, value: encrypted } : problem;
    });
    throw new ConfigError(hidden, error.refusals);
  }
}

/**
 * Has Pulumi keep what the config holds in secret, in the state and in every diff: the pods' variables and files.
 *
 * Pulumi tells of a config key only that a value of it is encrypted somewhere, not which: so all of them are kept, under
 * `sluice:versions` and `sluice:workloads`, the only keys whose values go into objects as they are.
 */
export function keepConfigSecret(): void {
  if (!["versions", "workloads"].some(isEncrypted)) return;
  pulumi.runtime.registerStackTransformation(({ type, props, opts }) => {
    if (type === "kubernetes:core/v1:ConfigMap")
      return { props: { ...props, data: pulumi.secret((props as ConfigMapProps).data) }, opts };
    if (type === "kubernetes:apps/v1:Deployment") return { props: withSecretVariables(props as DeploymentProps), opts };
    return undefined;
  });
}

/** True of a key that is encrypted, or holds what is. It is in Sluice's namespace whatever the project is called. */
function isEncrypted(key: string): boolean {
  return isConfigSecret(`${configNamespace}:${key}`);
}

interface ConfigMapProps extends pulumi.Inputs {
  readonly data?: unknown;
}

interface Container {
  readonly env?: readonly { readonly name: string; readonly value?: string }[];
}

interface DeploymentProps extends pulumi.Inputs {
  readonly spec: { readonly template: { readonly spec: { readonly containers: readonly Container[] } } };
}

function withSecretVariables({ spec, ...props }: DeploymentProps): pulumi.Inputs {
  const { template } = spec;
  const containers = template.spec.containers.map(({ env, ...container }) => ({
    ...container,
    // A variable may also be taken from elsewhere (`valueFrom`).
    ...(env && {
      env: env.map((one) => (one.value === undefined ? one : { ...one, value: pulumi.secret(one.value) })),
    }),
  }));
  return { ...props, spec: { ...spec, template: { ...template, spec: { ...template.spec, containers } } } };
}
