import type * as pulumi from "@pulumi/pulumi";

/** What the provider reads of a package's schema. */
export interface ComponentsSchema {
  readonly version: string;
  /** The components by their types, such as `sluice:release:Release`, with their outputs. */
  readonly resources: Readonly<Record<string, { readonly properties: object }>>;
}

/** Serves the components of this package to programs in any language, by `pulumi package add`. */
export class ComponentsProvider implements pulumi.provider.Provider {
  readonly version: string;
  readonly schema: string;

  /**
   * @param components the components' classes, by the last part of their types. What else it holds is not served.
   */
  constructor(
    private readonly description: ComponentsSchema,
    private readonly components: Readonly<Record<string, unknown>>,
  ) {
    this.version = description.version;
    this.schema = JSON.stringify(description);
  }

  /** Makes a component with all its resources, in the program's stack. */
  construct(
    name: string,
    type: string,
    inputs: pulumi.Inputs,
    options: pulumi.ComponentResourceOptions,
  ): Promise<pulumi.provider.ConstructResult> {
    const outputs = this.description.resources[type]?.properties;
    if (outputs === undefined) throw new Error(`Sluice ${this.version} has no component ${type}`);
    const Component = this.components[type.slice(type.lastIndexOf(":") + 1)] as ComponentClass;
    const made = new Component(name, inputs, options);
    const state = Object.fromEntries(Object.keys(outputs).map((key) => [key, made[key]]));
    return Promise.resolve({ urn: made.urn, state });
  }
}

type ComponentClass = new (
  name: string,
  inputs: pulumi.Inputs,
  options: pulumi.ComponentResourceOptions,
) => pulumi.ComponentResource & Readonly<Record<string, unknown>>;
