import type * as pulumi from "@pulumi/pulumi";
import type { StackConfig } from "../config";
import { createEntrance, type CreatedEntrance } from "./create-entrance";

/** The ways in of a stack: its own, and beside it the one that a migration leads to. */
export interface Entrances {
  readonly own: CreatedEntrance | undefined;
  readonly target: CreatedEntrance | undefined;
}

/** Makes the controllers that a stack asks for, each once MetalLB is there where the stack brings it. */
export function createEntrances(config: StackConfig, metallb: pulumi.Resource | undefined): Entrances {
  const target = config.migration?.target;
  const areAtTarget = config.migration?.users === "new";
  const [users, other] = areAtTarget ? [target, config] : [config, target];
  const isExchanging = [users, other].every((one) => one?.ingressController && "address" in one.ingressController);
  const first = users && createEntrance(users, { dependsOn: metallb }, isExchanging ? "users" : undefined);
  // Who takes the users' address asks for it before the other gives it up, so that it is nobody's for a moment only.
  const before = [metallb, isExchanging ? first?.component : undefined].filter((one) => one !== undefined);
  const second = other && createEntrance(other, { dependsOn: before }, isExchanging ? "other" : undefined);
  return areAtTarget ? { own: second, target: first } : { own: first, target: second };
}
