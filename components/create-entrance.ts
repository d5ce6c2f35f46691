import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import type { StackConfig } from "../config";
import type { GatewayConfig } from "../config/routers";
import { addressOf, type Entrance, type EntranceArgs } from "./entrance";
import { IngressNginx } from "./ingress-nginx";
import { Traefik } from "./traefik";

/** An entry point, and the component that others wait for if the stack installs the controller. */
export interface CreatedEntrance extends Pick<Entrance, "className"> {
  /**
   * The address of its Service; `undefined` if it has none.
   *
   * @param made an address that the stack doesn't make is read after these: the Service may wait for MetalLB, which the same
   * update can install.
   */
  address(made: readonly pulumi.Resource[]): Entrance["address"];
  readonly component?: pulumi.ComponentResource;
}

/**
 * The controller that a stack asks for, if any: ingress-nginx, Traefik, or one that is there already.
 *
 * @param exchange while it and another one exchange their addresses: whether it is to have the users'.
 */
export function createEntrance(
  { ingressController: config, plan }: Pick<StackConfig, "ingressController" | "plan">,
  opts: pulumi.ComponentResourceOptions,
  exchange?: EntranceArgs["exchange"],
): CreatedEntrance | undefined {
  if (!config) return undefined;
  if (config.kind === "existing") return existingEntrance(config.className, config.service);
  const reads = plan.router === "gateway" ? "gateways" : "ingresses";
  const component =
    config.kind === "traefik"
      ? new Traefik(reads === "gateways" ? "traefik-gateway" : "traefik", { ...config, reads, exchange }, opts)
      : new IngressNginx("ingress-nginx", { ...config, exchange }, opts);
  return { className: component.className, address: () => component.address, component };
}

function existingEntrance(className: string, service: string | undefined): CreatedEntrance {
  return {
    className: pulumi.output(className),
    address: (made) =>
      service
        ? addressOf(k8s.core.v1.Service.get("ingress-controller", service, { dependsOn: [...made] }).status)
        : pulumi.output<string | undefined>(undefined),
  };
}

/** An existing Gateway, at the address in its status. */
export function gatewayEntrance(
  { name, namespace }: GatewayConfig,
  ownNamespace: pulumi.Input<string>,
): Pick<CreatedEntrance, "address"> {
  const id = pulumi.interpolate`${namespace ?? ownNamespace}/${name}`;
  return {
    address: (made) => {
      const { status } = k8s.apiextensions.CustomResource.get("gateway", {
        apiVersion: "gateway.networking.k8s.io/v1",
        kind: "Gateway",
        id,
        dependsOn: [...made],
      }) as unknown as { status: pulumi.Output<{ addresses?: { value?: string }[] } | undefined> };
      return pulumi.output(status).apply((known) => known?.addresses?.[0]?.value);
    },
  };
}
