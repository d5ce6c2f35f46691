import * as pulumi from "@pulumi/pulumi";
import * as runtimeConfig from "@pulumi/pulumi/runtime/config";

/** The SDK's own, which its types leave out: whether a config value is encrypted, or holds one that is. */
const { isConfigSecret } = runtimeConfig as unknown as { readonly isConfigSecret: (key: string) => boolean };

/**
 * Has Pulumi keep what the config holds in secret, in the state and in every diff: the pods' variables and files.
 *
 * Pulumi tells of a config key only that a value of it is encrypted somewhere, not which: so all of them are kept, under
 * `sluice:versions` and `sluice:workloads`, the only keys whose values go into objects as they are.
 */
export function keepConfigSecret(): void {
  const project = pulumi.getProject();
  if (!["versions", "workloads"].some((key) => isConfigSecret(`${project}:${key}`))) return;
  pulumi.runtime.registerStackTransformation(({ type, props, opts }) => {
    if (type === "kubernetes:core/v1:ConfigMap")
      return { props: { ...props, data: pulumi.secret((props as ConfigMapProps).data) }, opts };
    if (type === "kubernetes:apps/v1:Deployment") return { props: withSecretVariables(props as DeploymentProps), opts };
    return undefined;
  });
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
