import type * as pulumi from "@pulumi/pulumi";
import type { StackConfig } from "../config";
import { createEntrance, type CreatedEntrance } from "./create-entrance";

/** True if the objects that every route depends on are protected: deleting them then fails. */
export function isProtected({ environment }: Pick<StackConfig, "environment">): boolean {
  return environment === "production";
}

/** The entry points of a stack: its own, and beside it the one that a migration leads to. */
export interface Entrances {
  readonly own: CreatedEntrance | undefined;
  readonly target: CreatedEntrance | undefined;
}

/**
 * Makes the controllers that a stack asks for, each once MetalLB is there if the stack brings it. In production they are
 * protected, as all routes lead through them, but while a migration goes from one to the other, which ends by removing one.
 */
export function createEntrances(config: StackConfig, metallb: pulumi.Resource | undefined): Entrances {
  const target = config.migration?.target;
  const protect = isProtected(config) && !config.migration;
  const areAtTarget = config.migration?.users === "new";
  const [users, other] = areAtTarget ? [target, config] : [config, target];
  const isExchanging = [users, other].every((one) => one?.ingressController && "address" in one.ingressController);
  const first = users && createEntrance(users, { dependsOn: metallb, protect }, isExchanging ? "users" : undefined);
  // The new owner requests the users' address before the old one releases it, so that it is unassigned only for a moment.
  const before = [metallb, isExchanging ? first?.component : undefined].filter((one) => one !== undefined);
  const second = other && createEntrance(other, { dependsOn: before, protect }, isExchanging ? "other" : undefined);
  return areAtTarget ? { own: second, target: first } : { own: first, target: second };
}
