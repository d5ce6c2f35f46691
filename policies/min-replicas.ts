import type { StackValidationPolicy } from "@pulumi/policy";
import { podSources, readServices, sourcesBehind, type ReadService } from "./support/backends";
import { isReachable, readIngress } from "./support/ingresses";
import { objectsOf, type SeenResource } from "./support/objects";
import { currentPlan } from "./support/plans";
import { mainVersion } from "./support/shares";
import { settingsOf } from "./support/settings";
import { readAll, type Reader } from "./support/unknowns";

/** Settings of {@link minReplicas}. */
export interface MinReplicasSettings {
  /** The least number of pods behind a Service that users are led to, 1 or more. */
  readonly minimum: number;
}

const defaults: MinReplicasSettings = { minimum: 2 };

/**
 * Stops users from hanging on a single pod; for production, so it is off until a pack config sets its level.
 *
 * Counts the pods behind each Service that users are led to: by an Ingress, a port of the nodes, or an address of its own.
 * Left alone are a canary that no request can reach, the idle color, which is for trying, and what has no pods at all:
 * that is stopped where it matters by `stable-keeps-replicas` and `active-color-is-ready`.
 */
export const minReplicas: StackValidationPolicy = {
  name: "min-replicas",
  description: "In production, at least so many pods stand behind each Service that users are led to.",
  enforcementLevel: "disabled",
  configSchema: {
    properties: {
      minimum: {
        type: "integer",
        minimum: 1,
        default: defaults.minimum,
        description: "The least number of pods behind a Service that users are led to",
      },
    },
  },
  validateStack(args, report) {
    const { minimum } = settingsOf(args, defaults);
    readAll((reader) => {
      const sources = podSources(args.resources, reader);
      // Pods that can't be counted yet could be enough.
      if (!reader.isComplete()) return;
      for (const service of usersServices(args.resources, reader)) {
        const behind = sourcesBehind(service, sources);
        const pods = behind.reduce((sum, { replicas }) => sum + replicas, 0);
        if (pods === 0 || pods >= minimum) continue;
        const counts = behind.map(({ title, replicas }) => `${title}: ${replicas}`).join(", ");
        report(
          `${service.title} leads users to ${pods} pods (${counts}), and at least ${minimum} are wanted: raise replicas or ` +
            `autoscaling.minReplicas${placeFor(service)}.`,
          behind[0]?.urn,
        );
      }
    });
  },
};

function usersServices(resources: readonly SeenResource[], reader: Reader): ReadonlySet<ReadService> {
  const plan = currentPlan(resources);
  const active = plan?.strategy === "blueGreen" ? mainVersion(plan) : undefined;
  const services = readServices(resources, reader);
  const outside = [...services.values()].filter(({ type }) => type === "NodePort" || type === "LoadBalancer");
  const behindIngresses = reader
    .collect(objectsOf(resources, "Ingress"), (object) => ({
      ...readIngress(object),
      isReachable: isReachable(object),
    }))
    .filter((ingress) => !ingress.isCanary || ingress.isReachable)
    .flatMap((ingress) => ingress.services.flatMap((key) => services.get(key) ?? []));
  const all = [...outside, ...behindIngresses].filter(({ selector }) => {
    const version = selector?.["version"];
    return active === undefined || version === undefined || version === active;
  });
  return new Set(all);
}

function placeFor({ selector }: ReadService): string {
  const version = selector?.["version"];
  return version === undefined ? "" : ` in sluice:versions.${version}`;
}
