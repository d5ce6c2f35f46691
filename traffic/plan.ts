/** How a request's path is compared with a route's path, with Kubernetes' meaning (networking.k8s.io/v1 `pathType`). */
export type PathType = "Exact" | "Prefix" | "ImplementationSpecific";

/** One address at which a plan holds. */
export interface Route {
  /** The host that users ask for; `*.` in front stands for one label. */
  readonly host: string;
  /** The path below which, or at which, the plan holds. */
  readonly path: string;
  /** How `path` is compared. */
  readonly pathType: PathType;
  /** True if the host is served by TLS; plain requests are sent on to `https`. */
  readonly tls?: boolean;
}

/**
 * Which requests a header sends to the canary. With `value`, those whose header equals it; with `pattern`, those whose
 * header contains a match of it; with neither, the value `always` goes to the canary and `never` to stable.
 */
export interface HeaderRule {
  /** The header's name; upper and lower case are the same. */
  readonly name: string;
  /** The exact value. */
  readonly value?: string;
  /** An unanchored regular expression (PCRE in the controller). */
  readonly pattern?: string;
}

/** What turns a plan into objects and can look into requests; the folder of each is in `routers/`. */
export const ruleRouters = ["ingress", "gateway", "istio"] as const;

/** One of {@link ruleRouters}. */
export type RuleRouter = (typeof ruleRouters)[number];

/** The version on trial, and who gets it. */
export interface CanaryTrial {
  /** The version's name, for example `v2`. */
  readonly version: string;
  /** Of how many requests that no rule decides the canary gets its part; a whole number from 0 to `weightTotal`. */
  readonly weight: number;
  /** What `weight` is a part of, at least 100. */
  readonly weightTotal: number;
  /** The header rule, asked first. */
  readonly header?: HeaderRule;
  /** The name of the cookie that decides by `always` or `never`, asked after the header. */
  readonly cookie?: string;
  /** The ranges of clients' addresses (CIDR) that get the canary, asked after the cookie. */
  readonly clients?: readonly string[];
  /** Of how many percent of the requests the canary gets a copy, whose answers are discarded. */
  readonly mirrorPercent?: number;
}

/** Users stay with the version that served them first, by a cookie that the entry point sets. */
export interface Affinity {
  /** The cookie's name; its upper and lower case matter. */
  readonly cookie: string;
  /** `sticky`: who was served by the canary stays with it; `legacy`: only who was served by stable stays. */
  readonly behavior: "sticky" | "legacy";
  /** What the cookie has by the version that it names: under ingress behind its `|`, else all of it. */
  readonly keys: Readonly<Record<string, string>>;
}

/** All users get stable, except those that rules or a weight send to the canary. */
export interface CanaryPlan {
  readonly strategy: "canary";
  readonly router: RuleRouter;
  readonly routes: readonly Route[];
  /** The version that everybody gets who is not sent to the canary. */
  readonly stable: string;
  /** The version on trial; without it, everybody gets stable. */
  readonly canary?: CanaryTrial;
  /** Stickiness; without it each request is decided again. */
  readonly affinity?: Affinity;
  /** What else moves the traffic to `stable`, and how; nothing if the plan does it alone, at once. */
  readonly mover?: FlaggerMove;
  /** The workloads behind this one that move along: each of its versions calls the same version of theirs. */
  readonly companions?: readonly string[];
  /** What callers inside the cluster get who ask for the application's own Service; nothing without one. */
  readonly inside?: InsideCalls;
}

/** Callers inside the cluster: routes at the edge don't see them. */
export interface InsideCalls {
  /** The Service that they ask for. */
  readonly service: string;
  /** True if the plan holds for those with a sidecar of the mesh. */
  readonly isMesh: boolean;
  /** Routes of other routers that lead to it, by KIND/NAME. */
  readonly unmoved?: readonly string[];
}

/** Flagger brings the version that is named stable to the users by itself, and restores the previous version if that fails. */
export interface FlaggerMove {
  readonly driver: "flagger";
  /** Seconds between two rounds of checks, as the stack has it; Flagger takes at least {@link leastFlaggerInterval}. */
  readonly interval: number;
  /** How many failed rounds of checks restore the previous version. */
  readonly threshold: number;
  /** The percents of the requests that the version gets one after the other; none in an A/B test. */
  readonly weights: readonly number[];
  /** Those who get the version in an A/B test, and for how many rounds of checks. */
  readonly match?: { readonly header?: HeaderRule; readonly cookie?: string; readonly iterations: number };
}

/**
 * Seconds below which Flagger checks no more often.
 *
 * @see `GetAnalysisInterval` in pkg/apis/flagger/v1beta1/canary.go of v1.41.0
 */
export const leastFlaggerInterval = 10;

/** The two slots of a blue-green release. */
export type Color = "blue" | "green";

/** What happens to the idle color: it stays, has no pods, or is removed. */
export type RetireIdle = "keep" | "scaleDown" | "remove";

/** All traffic goes to one color, and by a switch to the other. */
export interface BlueGreenPlan {
  readonly strategy: "blueGreen";
  readonly router: RuleRouter | "service";
  /** The addresses; none behind a Service, which doesn't look at hosts. */
  readonly routes: readonly Route[];
  /** The version in each color. */
  readonly colors: Readonly<Partial<Record<Color, string>>>;
  /** The color that takes all traffic. */
  readonly activeColor: Color;
  readonly retireIdle: RetireIdle;
  /** The address by which the idle color is tried before the switch. */
  readonly preview?: Route;
  /** The port of every node at which the Service answers; without it the Service has an address of its own. */
  readonly nodePort?: number;
  /** The port of every node at which the idle color is tried before the switch. */
  readonly previewNodePort?: number;
  /** The workloads behind this one that move along: each of its versions calls the same version of theirs. */
  readonly companions?: readonly string[];
}

/** A track of a replica-ratio release: a version, and how many pods it has behind the Service. */
export interface Track {
  readonly version: string;
  readonly replicas: number;
}

/** Stable and canary stand behind one Service, which spreads connections over all their pods. */
export interface ReplicaRatioPlan {
  readonly strategy: "replicaRatio";
  readonly router: "service";
  readonly stable: Track;
  readonly canary?: Track;
  /** The port of every node at which the Service answers; without it the Service has an address of its own. */
  readonly nodePort?: number;
  /** The StatefulSet whose pods the versions share, from the highest ordinal down the canary's. */
  readonly ordinals?: {
    readonly name: string;
    /** True if no pod is rolled before the one above it is ready. */
    readonly isOrdered: boolean;
  };
  /** True if no Service routes to the pods: they take their work themselves. */
  readonly isUncalled?: true;
}

/** Who gets which version: all that Sluice says about traffic, before any router turns it into objects. */
export type TrafficPlan = CanaryPlan | BlueGreenPlan | ReplicaRatioPlan;

/** The color beside another one. */
export function otherColor(color: Color): Color {
  return color === "blue" ? "green" : "blue";
}

/** The color that takes no traffic, with its version; nothing if the stack has one color only. */
export function idleColor({
  colors,
  activeColor,
}: BlueGreenPlan): { readonly color: Color; readonly version: string } | undefined {
  const color = otherColor(activeColor);
  const version = colors[color];
  return version === undefined ? undefined : { color, version };
}

/** The idle color while it can be tried: one that is retired has no pods to answer. */
export function triedColor(plan: BlueGreenPlan): ReturnType<typeof idleColor> {
  return plan.retireIdle === "keep" ? idleColor(plan) : undefined;
}

/** The version of the color that takes all traffic. */
export function activeVersion({ colors, activeColor }: BlueGreenPlan): string {
  const version = colors[activeColor];
  if (version === undefined) throw new Error(`the plan has no color ${activeColor}`);
  return version;
}

/** The version that users get who are not sent to a trial. */
export function servingVersion(plan: CanaryPlan | BlueGreenPlan): string {
  return plan.strategy === "canary" ? plan.stable : activeVersion(plan);
}

/** The version that everybody gets who is not sent to another one, under each strategy. */
export function mainVersion(plan: TrafficPlan): string {
  return plan.strategy === "replicaRatio" ? plan.stable.version : servingVersion(plan);
}

/** The version on trial: the canary, or that of the idle color; nothing if there is none. */
export function trialVersion(plan: TrafficPlan): string | undefined {
  return plan.strategy === "blueGreen" ? idleColor(plan)?.version : plan.canary?.version;
}

/**
 * True if users whom the canary served once stay with it by their cookie: not with `legacy`, and not if neither a weight nor
 * a rule leads anybody to it, so that a rollback takes them back as well.
 */
export function keepsCanaryUsers(plan: CanaryPlan): boolean {
  return plan.affinity?.behavior === "sticky" && !isUnreachable(plan);
}

/** True if a canary is deployed that no request can reach. */
export function isUnreachable(plan: TrafficPlan): boolean {
  if (plan.strategy === "replicaRatio") return plan.canary?.replicas === 0;
  if (plan.strategy === "blueGreen" || !plan.canary) return false;
  const { weight, header, cookie, clients = [] } = plan.canary;
  return weight === 0 && !header && cookie === undefined && clients.length === 0;
}
