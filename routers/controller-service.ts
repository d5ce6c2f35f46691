import { ownNamespaces } from "../config/entrance";
import type { StackConfig } from "../config/stack-config";

/** The Service by which what reads a stack's routes is reached; nothing if the stack doesn't say. */
export function controllerService({
  ingressController,
  plan,
}: Pick<StackConfig, "ingressController" | "plan">): { readonly namespace: string; readonly name: string } | undefined {
  switch (ingressController?.kind) {
    case undefined:
      return undefined;
    case "ingress-nginx":
      return { namespace: ownNamespaces["ingress-nginx"], name: "ingress-nginx-controller" };
    case "traefik": {
      const title = plan.router === "gateway" ? ownNamespaces.traefikGateway : ownNamespaces.traefik;
      return { namespace: title, name: title };
    }
    case "existing": {
      const [namespace, name] = ingressController.service?.split("/") ?? [];
      return namespace !== undefined && name !== undefined ? { namespace, name } : undefined;
    }
  }
}
