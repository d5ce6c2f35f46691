import type * as pulumi from "@pulumi/pulumi";

/**
 * What a child must wait for: the resources named, and all that the component itself was told to wait for. Pulumi does
 * not hand a component's `dependsOn` down to its children.
 */
export function after(
  opts: pulumi.ComponentResourceOptions | undefined,
  ...resources: readonly (pulumi.Resource | undefined)[]
): pulumi.Input<pulumi.Resource>[] {
  const inherited = opts?.dependsOn ?? [];
  const list = Array.isArray(inherited) ? inherited : [inherited as pulumi.Input<pulumi.Resource>];
  return [...list, ...resources].filter((resource) => resource !== undefined);
}
