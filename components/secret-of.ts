import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { ConfigError } from "../config/problems";

/** A value that no file holds: the config key that names its variable, and the variable. */
export interface SecretSource {
  readonly key: string;
  readonly variable: string;
}

/**
 * A Secret whose value comes from an environment variable of the process that updates the stack.
 *
 * @param entry what the value is called in the Secret.
 * @throws ConfigError if the variable is not set.
 */
export function secretOf(
  name: string,
  namespace: pulumi.Input<string>,
  entry: string,
  { key, variable }: SecretSource,
  opts: pulumi.CustomResourceOptions,
): k8s.core.v1.Secret {
  const value = process.env[variable];
  if (!value) {
    const allowed = "must be the name of an environment variable that is set where the stack is updated";
    throw new ConfigError([{ key, value: variable, allowed }]);
  }
  const stringData = { [entry]: pulumi.secret(value) };
  return new k8s.core.v1.Secret(name, { metadata: { name, namespace }, stringData }, opts);
}
