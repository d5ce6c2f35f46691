import type { RenamedKey } from "../config/renamed";
import type { TrafficValues } from "../record/traffic-values";
import type { Change, Preview, UpdateResult } from "../engine/engine";
import type { ListedException } from "../engine/policy/exceptions";
import type { PolicyReport } from "../engine/policy/run";
import type { Forecast, ForecastRequest } from "../judge/forecast";
import type { ErrorCode } from "../progress/error-codes";
import type { RenderedStack } from "../render/render-stack";
import type { RolloutView } from "../rollout/dashboard/data";
import type { Notice } from "../rollout/hooks";
import type { RoutingAnswer } from "../traffic/model";
import type { TrafficPlan } from "../traffic/plan";
import type { PlanVerdict } from "../traffic/verdict";
import type { ComparisonResult } from "./migrate/compare";
import type { WatchAnswer } from "./watch/data";

/** What commands print with `--json`, by the command. `npm run docs:answers` makes answers.schema.json of it. */
export interface Answers {
  readonly adopt: {
    readonly stack: string;
    /** The stack file that was written. */
    readonly file: string;
    /** What was found in the cluster, in plain English. */
    readonly found: readonly string[];
    /** The folder of the manifests that were written; null without `--write`. */
    readonly manifests: string | null;
    readonly preview: Preview;
  };
  readonly "config migrate": {
    /** The stack file. */
    readonly file: string;
    /** The keys that got new names; empty if there was nothing to do. */
    readonly renamed: readonly RenamedKey[];
  };
  readonly dashboard: { readonly url: string };
  readonly down: {
    readonly removed: readonly Change[];
    /** What stays in the cluster, and why. */
    readonly kept: readonly Change[];
  };
  readonly explain: {
    readonly stack: string;
    readonly plan: TrafficPlan;
    /** The plan in one line. */
    readonly summary: string;
    /** The plan as sentences, a line each. */
    readonly traffic: readonly string[];
    readonly warnings: readonly string[];
  };
  /** In the order of the file's requests. */
  readonly "explain --requests": readonly RoutingAnswer[];
  readonly forecast: ForecastRequest &
    Forecast & {
      /** Seconds for which the new version is judged after its promotion; missing without a bake. */
      readonly bake?: number;
    };
  /** The last rollout first. */
  readonly history: readonly RolloutView[];
  readonly "history NUMBER": RolloutView;
  readonly init: {
    readonly written: readonly string[];
    /** Files that were there, which stay as they are. */
    readonly kept: readonly string[];
  };
  readonly migrate: ComparisonResult;
  readonly policy: PolicyReport;
  readonly "policy --exceptions": readonly ListedException[];
  readonly preview: Preview;
  readonly release: {
    /** The workload: `Deployment/shop`. */
    readonly handedBack: string;
    /** The version whose pods it got; nothing if it had them. */
    readonly promoted?: string | undefined;
    /** What that version runs. */
    readonly image?: string | undefined;
  };
  readonly render: RenderedStack;
  readonly "review down": { readonly removed: readonly Change[] };
  readonly "review up": {
    readonly stack: string;
    readonly file: string;
    readonly url: string;
    readonly preview: Preview;
    readonly verdict?: PlanVerdict;
  };
  /** A line for each event. */
  readonly rollout: RolloutEvent & {
    /** ISO 8601. */
    readonly time: string;
    readonly stack: string;
  };
  readonly "rollout status": RolloutView;
  /** The answer of `undo` too. */
  readonly shift: {
    /** What the stack's file says now, by the key's path; null takes a key out. */
    readonly changes: TrafficValues;
    readonly preview: Preview;
    /** Nothing for a stack that can't be asked from outside the cluster. */
    readonly verdict?: PlanVerdict;
  };
  readonly start: { readonly preview: Preview; readonly verdict?: PlanVerdict };
  readonly up: UpdateResult;
  readonly verify: PlanVerdict;
  /** Without `--once` a line each second. */
  readonly watch: WatchAnswer;
  /** On stderr, in place of an answer. */
  readonly failure: {
    readonly error: {
      readonly code: ErrorCode;
      readonly message: string;
      /** The exit status. */
      readonly exitCode: number;
      /** What the code means. */
      readonly title: string;
    };
  };
}

/** What a rollout's driver tells. */
export type RolloutEvent =
  | ({ readonly type: "preview" } & Pick<Preview, "changes" | "trafficBefore" | "trafficAfter" | "violations">)
  | ({ readonly type: "notice" } & Notice)
  | { readonly type: "complaint"; readonly message: string }
  /** With the last round of checks alone. */
  | { readonly type: "state"; readonly rollout: RolloutView };

/** A command's answer as JSON, on lines. */
export function jsonOf<Command extends keyof Answers>(answer: Answers[Command]): string {
  return JSON.stringify(answer, undefined, 2);
}
