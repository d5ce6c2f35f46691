import type { StackValidationPolicy } from "@pulumi/policy";
import { readEdges } from "./support/edges";
import { ingressNginx } from "./support/frameworks";
import { readIngress, ruleKey, type ReadIngress } from "./support/ingresses";
import { objectsOf, titleOf } from "./support/objects";
import { currentPlan } from "./support/plans";
import { mainVersion } from "./support/shares";
import { readAll } from "./support/unknowns";

/**
 * Stops a canary from leaking to another Ingress's host, or from being switched off by it: ingress-nginx keys a canary by
 * Service and not by host, so a canary's Service and that of its mainline belong to one Ingress of a class each. Several
 * hosts and paths within one Ingress may share them, and so may Ingresses that another controller reads.
 *
 * A route of Gateway API and a VirtualService may share Services, but one that routes only to the version on trial sends users
 * there whatever the plan says.
 *
 * @see https://github.com/kubernetes/ingress-nginx/blob/controller-v1.15.1/internal/ingress/controller/controller.go
 */
export const dedicatedServices: StackValidationPolicy = {
  name: "dedicated-services",
  description: "The Services of a canary and of its mainline are led to by no other Ingress.",
  enforcementLevel: "mandatory",
  severity: "high",
  framework: ingressNginx,
  validateStack({ resources }, report) {
    readAll(({ collect }) => {
      const ingresses = collect(objectsOf(resources, "Ingress"), readIngress);
      for (const { service, owner, role } of dedicated(ingresses)) {
        const others = ingresses.filter(
          (one) => one !== owner && haveOneController(one, owner) && one.services.includes(service),
        );
        if (others.length === 0) continue;
        report(
          `Service ${service} is the ${role}'s of ${titleOf(owner.object)}, and ` +
            `${others.map(({ object }) => titleOf(object)).join(", ")} leads to it too. The controller keeps canaries by Service, ` +
            `so the split would leak to the other rules or be lost: give each Ingress a Service of its own.`,
          owner.object.urn,
        );
      }
    });
    readAll((reader) => {
      const plan = currentPlan(resources);
      const trial = plan?.strategy === "canary" ? plan.canary?.version : undefined;
      if (!plan || trial === undefined || trial === mainVersion(plan)) return;
      for (const { object, title, backends } of readEdges(resources, reader)) {
        const versions = backends.map(({ selector }) => selector?.["version"]);
        if (!routeKinds.includes(object.kind) || !versions.includes(trial) || versions.includes(mainVersion(plan)))
          continue;
        report(
          `${title} sends users to ${trial} and not to ${mainVersion(plan)}, around the plan's split: remove it, or add its host to ` +
            `sluice:route.more.`,
          object.urn,
        );
      }
    });
  },
};

const routeKinds: readonly string[] = ["HTTPRoute", "GRPCRoute", "VirtualService"];

/** Any controller may read an Ingress without a class. */
function haveOneController({ className: one }: ReadIngress, { className: other }: ReadIngress): boolean {
  return one === other || one === "" || other === "";
}

interface Dedicated {
  readonly service: string;
  readonly owner: ReadIngress;
  readonly role: "canary" | "mainline";
}

function dedicated(ingresses: readonly ReadIngress[]): Dedicated[] {
  const canaries = ingresses.filter(({ isCanary }) => isCanary);
  const tried = new Set(canaries.flatMap(({ rules }) => rules.map(ruleKey)));
  const ofCanaries = canaries.flatMap((owner) =>
    owner.services.map((service) => ({ service, owner, role: "canary" as const })),
  );
  const ofMainlines = ingresses
    .filter(({ isCanary }) => !isCanary)
    .flatMap((owner) => {
      const services = owner.rules.filter((rule) => tried.has(ruleKey(rule))).map(({ service }) => service);
      return [...new Set(services.filter((service) => service !== undefined))].map((service) => ({
        service,
        owner,
        role: "mainline" as const,
      }));
    });
  // If a canary and its mainline share a Service, one message is enough.
  const seen = new Set(ofCanaries.map(({ service }) => service));
  return [...ofCanaries, ...ofMainlines.filter(({ service }) => !seen.has(service))];
}
