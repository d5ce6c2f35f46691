import * as pulumi from "@pulumi/pulumi";
import { parseStackConfig, type StackConfig } from "../config";
import { routerOf } from "../config/meaning";
import { ConfigError } from "../config/problems";
import { describeRenamed } from "../config/renamed";
import { explainPlan } from "../traffic/explain";
import { after } from "./after";
import { InputWords } from "./input-words";
import { createRelease } from "./release";
import type { ReleaseArgs } from "./release-args";

/**
 * An application in several versions side by side, and the routes that decide which users get which of them.
 *
 * ```ts
 * const shop = new Release("shop", {
 *   host: "shop.example.com",
 *   stable: "v1",
 *   canary: "v2",
 *   canaryWeight: 10,
 *   versions: {
 *     v1: { image: "registry.example/shop:1.4", port: 8080 },
 *     v2: { image: "registry.example/shop:1.5", port: 8080 },
 *   },
 * });
 * ```
 */
export class Release extends pulumi.ComponentResource {
  /** What users ask for: `http://shop.example.com/`. */
  readonly url: pulumi.Output<string>;
  /** The address at which the release answers; `undefined` until there is one, or if `ingress` has none. */
  readonly address: pulumi.Output<string | undefined>;
  /** Which users get which version, in plain English, a line for each rule. */
  readonly traffic: pulumi.Output<string[]>;

  /** @throws ResourceError with every argument that can't be used, its value and what is allowed. */
  constructor(name: string, args: ReleaseArgs, opts: pulumi.ComponentResourceOptions = {}) {
    const words = new InputWords();
    // Pulumi does not hand a component's dependsOn down to its children.
    const waiting: pulumi.ResourceTransformation = ({ props, opts: own }) => ({
      props,
      opts: { ...own, dependsOn: [...after(own), ...after(opts)] },
    });
    const transformations = [words.transformation, waiting, ...(opts.transformations ?? [])];
    super("sluice:release:Release", name, {}, { ...opts, transformations });
    const config = this.checked(stackKeys(name, args), words);
    const { ingress, namespace = "default" } = args;
    const { ingressController: controller } = config;
    for (const one of config.renamed) void pulumi.log.warn(describeRenamed(one), this);
    const release = createRelease({
      config,
      namespace,
      parent: this,
      ...(controller && {
        entrance: {
          className: pulumi.output(ingress?.className ?? controller.className),
          address: () => pulumi.output(ingress?.address),
          ...(pulumi.ComponentResource.isInstance(ingress) && { component: ingress }),
        },
      }),
    });
    this.url = release.url.apply((url) => pulumi.output(words.filled(url)));
    this.address = release.address;
    this.traffic = pulumi.output(explainPlan(config.plan).map((line) => words.filled(line)));
    this.registerOutputs({ url: this.url, address: this.address, traffic: this.traffic });
  }

  private checked(keys: Record<string, unknown>, words: InputWords): StackConfig {
    try {
      return parseStackConfig(words.plain(keys) as Record<string, unknown>);
    } catch (error) {
      if (error instanceof ConfigError) throw new pulumi.ResourceError(words.told(error.message), this, true);
      throw error;
    }
  }
}

/** The arguments as a stack file has them. */
function stackKeys(name: string, { ingress, ...args }: ReleaseArgs): Record<string, unknown> {
  const { strategy = "canary", router, gateway } = args;
  const readsClasses = ["ingress", "gateway"].includes(routerOf({ strategy, router })) && !gateway;
  const ingressController = { kind: "existing", ...(ingress && { className: ingress.className }) };
  const all = { workload: name, ...args, ...((readsClasses || ingress) && { ingressController }) };
  return Object.fromEntries(
    Object.entries(all).flatMap(([key, value]) => (value === undefined ? [] : [[`sluice:${key}`, value]])),
  );
}
