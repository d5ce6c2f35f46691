import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import type { IngressControllerConfig } from "../config/entrance";
import { addressOf, type Entrance } from "./entrance";
import { IngressNginx } from "./ingress-nginx";
import { Traefik } from "./traefik";

/** An entrance, and the component that others wait for where the stack brings the controller itself. */
export interface CreatedEntrance extends Entrance {
  readonly component?: pulumi.ComponentResource;
}

/** The controller that a stack asks for: ingress-nginx, Traefik, or one that is there already. */
export function createEntrance(
  config: IngressControllerConfig,
  opts: pulumi.ComponentResourceOptions,
): CreatedEntrance {
  if (config.kind === "existing") return existingEntrance(config.className, config.service);
  const component =
    config.kind === "traefik" ? new Traefik("traefik", config, opts) : new IngressNginx("ingress-nginx", config, opts);
  return { className: component.className, address: component.address, component };
}

function existingEntrance(className: string, service: string | undefined): CreatedEntrance {
  const address = service
    ? addressOf(k8s.core.v1.Service.get("ingress-controller", service).status)
    : pulumi.output<string | undefined>(undefined);
  return { className: pulumi.output(className), address };
}
