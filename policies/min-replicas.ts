import type { StackValidationPolicy } from "@pulumi/policy";
import { podSources, sourcesSelected } from "./support/backends";
import { readEdges, type Backend } from "./support/edges";
import { productionPractice } from "./support/frameworks";
import { currentPlan } from "./support/plans";
import { mainVersion } from "./support/shares";
import { settingsOf } from "./support/settings";
import { readAll } from "./support/unknowns";

/** Settings of {@link minReplicas}. */
export interface MinReplicasSettings {
  /** The least number of pods behind a Service that users are sent to, 1 or more. */
  readonly minimum: number;
}

const defaults: MinReplicasSettings = { minimum: 2 };

/**
 * Stops users from depending on a single pod; for production, so it is off until a pack config sets its level.
 *
 * Counts the pods behind each Service, and behind each subset of one, that users are sent to: by an Ingress, a route of Gateway
 * API, a VirtualService at a gateway, a port of the nodes, or an address of its own. Left alone are a canary that no request
 * can reach, the idle color, which is for trying, and what has no pods at all: that is stopped where it matters by
 * `stable-keeps-replicas` and `active-color-is-ready`.
 */
export const minReplicas: StackValidationPolicy = {
  name: "min-replicas",
  description: "In production, at least so many pods stand behind each Service that users are sent to.",
  enforcementLevel: "disabled",
  severity: "medium",
  framework: productionPractice,
  configSchema: {
    properties: {
      minimum: {
        type: "integer",
        minimum: 1,
        default: defaults.minimum,
        description: "The least number of pods behind a Service that users are sent to",
      },
    },
  },
  validateStack(args, report) {
    const { minimum } = settingsOf(args, defaults);
    const plan = currentPlan(args.resources);
    const active = plan?.strategy === "blueGreen" ? mainVersion(plan) : undefined;
    readAll((reader) => {
      const sources = podSources(args.resources, reader);
      // Pods that can't be counted yet could be enough.
      if (!reader.isComplete()) return;
      const backends = readEdges(args.resources, reader).flatMap((edge) =>
        edge.backends.filter(({ isReached }) => isReached),
      );
      for (const one of distinct(backends)) {
        const version = one.selector?.["version"];
        if (active !== undefined && version !== undefined && version !== active) continue;
        const behind = sourcesSelected(one, sources);
        const pods = behind.reduce((sum, { replicas }) => sum + replicas, 0);
        if (pods === 0 || pods >= minimum) continue;
        const counts = behind.map(({ title, replicas }) => `${title}: ${replicas}`).join(", ");
        const place = version === undefined ? "" : ` in sluice:versions.${version}`;
        report(
          `${one.service.title} sends users to ${pods} ${pods === 1 ? "pod" : "pods"} (${counts}), and at least ${minimum} are ` +
            `required: raise replicas or autoscaling.minReplicas${place}.`,
          behind[0]?.urn,
        );
      }
    });
  },
};

/** Each set of pods once, however many objects lead to it. */
function distinct(backends: readonly Backend[]): Backend[] {
  const keyOf = ({ service, selector }: Backend) => JSON.stringify([service.key, selector]);
  return [...new Map(backends.map((one) => [keyOf(one), one])).values()];
}
