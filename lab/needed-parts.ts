import type { LabPart } from "./identity";

/** The part whose kinds a router's objects are of, by the router's name in a stack's config. */
const routerParts: ReadonlyMap<unknown, LabPart> = new Map([
  ["gateway", "gateway-api"],
  ["istio", "istio-crds"],
]);

/** The part that has a controller's image, and its chart if it has one, by the controller's kind. */
const controllerParts: ReadonlyMap<unknown, LabPart> = new Map([
  ["ingress-nginx", "ingress-nginx"],
  ["traefik", "traefik"],
]);

/**
 * The optional parts without which a lab can't run a stack, nor take it where its migration leads.
 *
 * @param config the stack's config as its file has it, by full key; what isn't valid there needs no part.
 */
export function neededParts(config: Readonly<Record<string, unknown>>): readonly LabPart[] {
  const router = config["sluice:router"] ?? "ingress";
  const target = fieldsOf(config["sluice:migration"]);
  const parts = [
    routerParts.get(router),
    controllerPart(config["sluice:ingressController"]),
    routerParts.get(target["to"]),
    ...(target["to"] === undefined ? [] : [controllerPart(target["ingressController"] ?? { kind: "traefik" })]),
  ];
  return [...new Set(parts.filter((part) => part !== undefined))];
}

function controllerPart(controller: unknown): LabPart | undefined {
  return controllerParts.get(fieldsOf(controller)["kind"]);
}

function fieldsOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : {};
}
