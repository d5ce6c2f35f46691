import type { Application } from "../kubernetes/application";
import type { ClusterObject } from "../kubernetes/cluster-object";
import type { GivenController } from "../config/entrance";
import type { UnknownKeys } from "../config/meaning";
import type { Problem } from "../config/problems";
import type { Values } from "../config/schema";
import type { StackConfig } from "../config/stack-config";
import type { TrafficPlan } from "../traffic/plan";

export type { ClusterObject } from "../kubernetes/cluster-object";

/** What moves traffic in one object that is there already. */
export interface RoutePatch {
  readonly apiVersion: string;
  readonly kind: string;
  readonly namespace: string;
  readonly name: string;
  /** A JSON merge patch (RFC 7386): what the plan says of this object's traffic; null takes a key out. */
  readonly patch: Readonly<Record<string, unknown>>;
}

/** What must be there before an object. */
export type Need =
  /** What reads the routes. */
  | { readonly kind: "entrance" }
  /** The Service of a version, its subset in a mesh, or its pods, ready; a version without pods is not waited for. */
  | { readonly kind: "service" | "subset"; readonly workload: string; readonly version: string }
  | {
      readonly kind: "pods";
      readonly workload: string;
      readonly version: string;
      /** True if they may need the object themselves to become ready: at the stack's first update it comes with them. */
      readonly mayNeedIt?: boolean;
    }
  /** Another object of the same router, which comes before it in the list. */
  | { readonly kind: "object"; readonly object: RouteObject };

/** An object that sends users to versions. */
export interface RouteObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: {
    readonly name: string;
    readonly namespace: string;
    readonly labels?: Readonly<Record<string, string>>;
    readonly annotations?: Readonly<Record<string, string>>;
  };
  readonly spec: Readonly<Record<string, unknown>>;
  /** All that the plan says of the object's traffic, as a merge patch; nothing if no plan ever moves it. */
  readonly traffic?: RoutePatch["patch"];
  readonly needs: readonly Need[];
  /** True for fields of an object that was there before the stack and stays when it goes; `spec` has these fields alone. */
  readonly isPart?: boolean;
  /** The name of the Pulumi resource; the object's own by default. */
  readonly resource?: string;
  /** How long Pulumi waits for it to be ready, for example `3m`; Pulumi's own default without it. */
  readonly timeout?: string;
}

/** What of others' objects would take what a router's objects ask for, or change what they mean. */
export interface Clashes {
  /** Tells those of a stack's objects that others of their kind may clash with. */
  readonly concerns: (object: ClusterObject) => boolean;
  /** What is wrong with a cluster that does not have the kind; nothing for kinds that each cluster has. */
  readonly missing?: Problem;
  /** True if objects that the same update removes from the stack are in the way until its end. */
  readonly includesRemoved?: boolean;
  /** @param others all of the kind that the stack does not make. */
  find(own: readonly ClusterObject[], others: readonly ClusterObject[]): Problem[];
}

/** Which of the two versions that are compared. */
export type Role = "canary" | "stable";

/** Whose requests are counted. */
export interface Counted {
  readonly namespace: string;
  readonly workload: string;
  /** The application's own objects, if the stack releases one. */
  readonly application?: Application;
  readonly canary: string;
  readonly stable: string;
  readonly plan: TrafficPlan;
  /** What reads the routes. */
  readonly controller?: GivenController["kind"];
}

/** What a label is: a text, or all that a regular expression matches as a whole, which RE2 and JavaScript read alike. */
export type LabelValue = string | { readonly matches: string };

/** The counters of one metric that count a version's requests. */
export interface Counters {
  readonly metric: string;
  /** What their labels are; a label that a counter lacks is empty. */
  readonly labels: Readonly<Record<string, LabelValue>>;
  /**
   * The label that Prometheus renames to `exported_…` if the target has one of that name too (by a ServiceMonitor
   * `namespace` and `service`); nothing if no target has.
   */
  readonly renamed?: string;
}

/** The series in which a controller counts a version's requests. */
export interface ControllerSeries {
  /** How many requests, by status. */
  readonly requests: Counters;
  /** The label that has the status. */
  readonly statusLabel: string;
  /** How long they took, in buckets. */
  readonly durations: Counters;
  /** What the buckets' bounds are counted in; seconds by default. */
  readonly durationUnit?: "s" | "ms";
}

/** The metrics page of a controller's pods. */
export interface MetricsPage {
  /** The name of the container's port. */
  readonly port: string;
  readonly path: string;
  /** What makes the controller show it, as an imperative. */
  readonly remedy: string;
}

/** What a router makes objects of. */
export interface RouteArgs {
  readonly config: StackConfig;
  /** Who gets which version; the config's own plan or another one of the same stack. */
  readonly plan: TrafficPlan;
  /** The name of the first object, and in front of the others' names. */
  readonly title: string;
}

/** What turns a traffic plan into objects; pure, so that a patch and an update come from the same code. */
export interface Router {
  /** The keys of a stack that say nothing to it. */
  readonly unknownKeys: UnknownKeys;
  /** What reads its objects if a stack doesn't say; left out if no controller has to, or if the stack must say. */
  readonly controller?: GivenController;
  /** The class by which objects choose what reads them, if a stack gives none; nothing if they choose by other means. */
  readonly className?: string;
  /** What of a stack's values it can't express, or would do otherwise than the plan says, and why. */
  problems(values: Values): Problem[];
  /** The type of the Pulumi component that holds the objects in a stack's state, behind `sluice:router:`. */
  readonly component: string;
  /** What clashes with its objects, as far as one kind of object tells. */
  readonly clashes?: Clashes;
  /** Where requests are counted by version; nothing if Sluice knows no such counts. */
  readonly series?: (subject: Counted, role: Role) => ControllerSeries | undefined;
  /** Where its controller's pods show these counters themselves. */
  readonly metricsPage?: MetricsPage;
  /** The objects, in the order in which they are made: nobody is sent to a version before everything behind it is. */
  objects(args: RouteArgs): readonly RouteObject[];
}
