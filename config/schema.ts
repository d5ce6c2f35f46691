import { z } from "zod";
import { ruleRouters } from "../traffic/plan";
import type { Application } from "../kubernetes/application";
import { ingressController, metallb } from "./entrance";
import { host, label, oneOf, versionName, wholeNumber } from "./fields";
import { from } from "./from";
import { rollout } from "./rollout";
import { clientMatch, gateway, istio, service } from "./routers";
import { affinity, cookieMatch, headerMatch } from "./rules";
import { migration } from "./migration";
import { path, route } from "./routes";
import { versions, type VersionConfig } from "./versions";
import { workloads } from "./workloads";

const highestTotal = 1_000_000;
const weightRange =
  "must be a whole number from 0 to 100 (percent of requests), or to sluice:weightTotal where it is set";
const colorNames = "must be blue or green";

/** The keys of a stack, each by itself; which of them go together is told by the strategy and the router. */
export const stackSchema = z.strictObject({
  /**
   * What the stack is for: `development` (by default) or `production`. It chooses the policies' levels and limits. In
   * production Pulumi also refuses to delete MetalLB and the controller that the stack installs, and plain `pulumi` to update a
   * cluster that the stack doesn't name by `kubernetes:context` or `kubernetes:kubeconfig`.
   */
  environment: oneOf("development", "production").default("development"),
  /** How versions take turns: `canary` (by header, cookie and weight), `blueGreen` or `replicaRatio`; `canary` by default. */
  strategy: oneOf("canary", "blueGreen", "replicaRatio").default("canary"),
  /**
   * What turns the plan into objects: `ingress` (ingress-nginx's annotations), `gateway` (Gateway API), `istio` or `service`;
   * `service` under replicaRatio, else `ingress` by default.
   */
  router: z.enum([...ruleRouters, "service"], `must be ${ruleRouters.join(", ")} or service`).optional(),

  /** The host that users ask for; behind a Service alone, only the name in the stack's `url`. */
  host: host.optional(),
  /** The path below which the plan holds; `/` by default. */
  path: path.default("/"),
  /** What there is to say of the routes beside `host` and `path`: further addresses, TLS, annotations, timeouts. */
  route: route.prefault({}),

  /** The version that everybody gets who is not sent to the canary. */
  stable: versionName.optional(),
  /** The version on trial; without it, everybody gets stable. */
  canary: versionName.optional(),
  /** Percent of the requests that no rule decides, or parts of `weightTotal`; 0 by default. */
  canaryWeight: wholeNumber(0, highestTotal, "", weightRange).optional(),
  /** What `canaryWeight` is a part of; 100 by default. ingress-nginx ignores less than 100 in silence. */
  weightTotal: wholeNumber(100, highestTotal, ": ingress-nginx ignores less than 100 in silence").optional(),
  /** The header that sends requests to the canary. */
  headerMatch: headerMatch.optional(),
  /** The cookie that sends requests to the canary (`always`) or keeps them from it (`never`). */
  cookieMatch: cookieMatch.optional(),
  /** Clients' addresses (IPv4, single ones or ranges) that get the canary, under router istio. */
  clientMatch: clientMatch.optional(),
  /** Percent of the requests of which the canary gets a copy, whose answers nobody sees; under routers gateway and istio. */
  mirrorPercent: wholeNumber(0, 100, " (percent of requests)").optional(),
  /** Users stay with what served them first, by a cookie; nobody does by default. */
  affinity: affinity.optional(),

  /** The version in each color of a blue-green release. */
  colors: z
    .strictObject(
      { blue: versionName.optional(), green: versionName.optional() },
      { error: (issue) => (issue.code === "invalid_type" ? "must be a map of blue and green to versions" : undefined) },
    )
    .optional(),
  /** The color that takes all traffic. */
  activeColor: z.enum(["blue", "green"], colorNames).optional(),
  /** What becomes of the idle color: `keep` (by default), `scaleDown` to 0 pods, or `remove`. */
  retireIdle: oneOf("keep", "scaleDown", "remove").default("keep"),

  /** A Gateway that is there already, for router gateway; the stack makes one of its own without it. */
  gateway: gateway.optional(),
  /** What router istio needs to know of the mesh. */
  istio: istio.prefault({}),
  /** What router service needs to know of the nodes: ports, and an address to ask. */
  service: service.prefault({}),

  /** A move to another router that is under way; `sluice migrate` writes it. */
  migration: migration.optional(),
  /** How the stack's rollouts go: steps, checks, webhooks, alerts. */
  rollout: rollout.optional(),

  /** The source of the application's objects, in place of `workload` and of what the short form says of a version. */
  from: from.optional(),
  /** The workload's name, in front of its objects' names (`nginx-v1`); `app` by default. */
  workload: label.default("app"),
  /** The namespace of the workload; created by the stack unless it is `default`. */
  namespace: label.default("default"),
  /** The versions of the workload by name; needed where `workloads` names none. */
  versions: versions.optional(),
  /** Several workloads that a plan moves together, in place of `workload` and `versions`. */
  workloads: workloads.optional(),
  /** MetalLB; left out where the cluster gives LoadBalancer addresses by itself. */
  metallb: metallb.optional(),
  /**
   * What reads the routes; its `kind` must be set under router ingress, and under gateway unless `gateway` names a Gateway.
   * An existing gateway of the mesh by default under istio, none behind a Service alone.
   */
  ingressController: ingressController.optional(),
});

/** A stack's values as they were given, each checked by itself, with the defaults of single keys filled in. */
export type GivenValues = z.output<typeof stackSchema>;

/** The same, with the workload that users reach as `workload` and `versions`, whichever key names it. */
export type Values = Omit<GivenValues, "versions"> & {
  readonly versions: Readonly<Record<string, VersionConfig>>;
  /** What the objects of `from` come to. */
  readonly application?: Application;
};
/** A key of a stack. */
export type ConfigKey = keyof GivenValues;
