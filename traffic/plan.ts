/** How a request's path is compared with a plan's path, with Kubernetes' meaning (networking.k8s.io/v1 `pathType`). */
export type PathType = "Exact" | "Prefix" | "ImplementationSpecific";

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

/** The version on trial, and who gets it. */
export interface CanaryTrial {
  /** The version's name, for example `v2`. */
  readonly version: string;
  /** Percent of the requests that no rule decides, a whole number from 0 to 100. */
  readonly weight: number;
  /** The header rule, asked first. */
  readonly header?: HeaderRule;
  /** The name of the cookie that decides by `always` or `never`, asked after the header. */
  readonly cookie?: string;
}

/** Who gets which version: all that Sluice says about traffic, before any router turns it into objects. */
export interface TrafficPlan {
  /** The host that users ask for. */
  readonly host: string;
  /** The path below which the plan holds. */
  readonly path: string;
  /** How `path` is compared. */
  readonly pathType: PathType;
  /** The version that everybody gets who is not sent to the canary. */
  readonly stable: string;
  /** The version on trial; without it, everybody gets stable. */
  readonly canary?: CanaryTrial;
}
