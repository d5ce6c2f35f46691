import * as pulumi from "@pulumi/pulumi";
import * as runtimeConfig from "@pulumi/pulumi/runtime/config";
import { encrypted } from "../values/encrypted";
import { isMap } from "../values/is-map";
import { configNamespace, ownValues } from "../config/own-values";
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
 * Has Pulumi keep what the config holds in secret, in the state and in every diff, wherever it comes to stand in an object:
 * in a variable, a file, a patch, or what a chart makes of its values.
 *
 * Pulumi tells of a config key only that a value of it is encrypted somewhere, not which: so all texts are kept that are
 * given under such a key for objects to have as they are. Routes are not searched: a preview shows them.
 *
 * @param config the stack's values by full key, as Pulumi decrypted them.
 */
export function keepConfigSecret(config: Readonly<Record<string, unknown>>): void {
  const own = ownValues(config);
  const kept = givenToObjects.flatMap(([key = "", ...path]) => (isEncrypted(key) ? textsIn(at(own[key], path)) : []));
  if (kept.length === 0) return;
  const isKept = (text: string) => kept.some((one) => text === one || (one.length >= telling && text.includes(one)));
  pulumi.runtime.registerStackTransformation(({ type, props, opts }) =>
    type.startsWith("kubernetes:") && !isRoute(opts.parent)
      ? { props: secretIn(props, isKept) as typeof props, opts }
      : undefined,
  );
}

/** Where values stand that go into objects as they are; `*` is any key. */
const givenToObjects = [
  ...["env", "files", "patch", "values"].flatMap((field) => [
    ["versions", "*", field],
    ["workloads", "*", "versions", "*", field],
  ]),
  ["from", "chart", "values"],
];

/** The least length of a text that is found inside of others: a short one would be found everywhere. */
const telling = 8;

/** What an object is known and found by: no secret can stand there, and Pulumi has to compare it. */
const identity = new Set(["apiVersion", "kind", "name", "namespace", "labels", "selector", "matchLabels"]);

function at(value: unknown, [key, ...rest]: readonly string[]): unknown[] {
  if (key === undefined) return [value];
  if (!isMap(value)) return [];
  return (key === "*" ? Object.values(value) : [value[key]]).flatMap((inner) => at(inner, rest));
}

function textsIn(value: unknown): string[] {
  if (typeof value === "object" && value !== null) return Object.values(value).flatMap(textsIn);
  return ["string", "number"].includes(typeof value) && value !== "" ? [String(value)] : [];
}

function secretIn(value: unknown, isKept: (text: string) => boolean): unknown {
  if (typeof value === "string") return isKept(value) ? pulumi.secret(value) : value;
  if (Array.isArray(value)) return value.map((inner) => secretIn(inner, isKept));
  // An output is left as it is: what Sluice takes from other objects are their names.
  if (!isMap(value) || pulumi.Output.isInstance(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [key, identity.has(key) ? inner : secretIn(inner, isKept)]),
  );
}

function isRoute(parent: pulumi.Resource | undefined): boolean {
  return (
    (parent as { readonly __pulumiType?: string } | undefined)?.__pulumiType?.startsWith("sluice:router:") ?? false
  );
}

/** True of a key that is encrypted, or holds what is. It is in Sluice's namespace whatever the project is called. */
function isEncrypted(key: string): boolean {
  return isConfigSecret(`${configNamespace}:${key}`);
}
