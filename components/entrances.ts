import type * as pulumi from "@pulumi/pulumi";
import type { StackConfig } from "../config";
import { createEntrance, type CreatedEntrance } from "./create-entrance";

/** True if what every route of the stack leads through must not go by mistake: a deletion of it then fails. */
export function isProtected({ environment }: Pick<StackConfig, "environment">): boolean {
  return environment === "production";
}

/** The ways in of a stack: its own, and beside it the one that a migration leads to. */
export interface Entrances {
  readonly own: CreatedEntrance | undefined;
  readonly target: CreatedEntrance | undefined;
}

/**
 * Makes the controllers that a stack asks for, each once MetalLB is there where the stack brings it. In production they are
 * protected, as all routes lead through them, but while a migration goes from one to the other, which ends by removing one.
 */
export function createEntrances(config: StackConfig, metallb: pulumi.Resource | undefined): Entrances {
  const target = config.migration?.target;
  const protect = isProtected(config) && !config.migration;
  const areAtTarget = config.migration?.users === "new";
  const [users, other] = areAtTarget ? [target, config] : [config, target];
  const isExchanging = [users, other].every((one) => one?.ingressController && "address" in one.ingressController);
  const first = users && createEntrance(users, { dependsOn: metallb, protect }, isExchanging ? "users" : undefined);
  // Who takes the users' address asks for it before the other gives it up, so that it is nobody's for a moment only.
  const before = [metallb, isExchanging ? first?.component : undefined].filter((one) => one !== undefined);
  const second = other && createEntrance(other, { dependsOn: before, protect }, isExchanging ? "other" : undefined);
  return areAtTarget ? { own: second, target: first } : { own: first, target: second };
}
