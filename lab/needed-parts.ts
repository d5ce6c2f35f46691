import type { LabPart } from "./identity";

/** The part whose kinds a router's objects are of, by the router's name in a stack's config. */
const routerParts: ReadonlyMap<unknown, LabPart> = new Map([
  ["gateway", "gateway-api"],
  ["istio", "istio-crds"],
]);

/**
 * The optional parts without which a lab can't take a stack's objects.
 *
 * @param router the stack's `sluice:router` as its file has it; any other value needs no part.
 */
export function neededParts(router: unknown): readonly LabPart[] {
  const part = routerParts.get(router);
  return part === undefined ? [] : [part];
}
