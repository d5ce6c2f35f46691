import type { Problem } from "../config/problems";
import type { Manifest } from "../render/manifest";
import type { LiveObjects } from "./live-objects";

/** The inputs of a check. */
export interface Situation {
  /** The stack's objects, as its program has them. */
  readonly manifests: readonly Manifest[];
  /** The cluster. */
  readonly live: LiveObjects;
  /** Tells objects that the stack itself made, and that it may change or remove. */
  readonly isOwn: (key: string) => boolean;
}

/** The findings of a check. */
export interface Findings {
  /** Values of the stack's config that the cluster rules out. */
  readonly problems?: readonly Problem[];
  /** Objects that the API server refuses, a line each. */
  readonly refusals?: readonly string[];
  /** What works but is probably a mistake, a line each. */
  readonly warnings?: readonly string[];
}

/** Looks for one thing in the cluster that would make a plan fail, or mean something else than it says. */
export type Check = (situation: Situation) => Promise<Findings>;
