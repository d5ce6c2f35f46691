import type { CheckResult, CheckVerdict } from "../../../rollout/check";
import { advance, begin } from "../../../rollout/machine";
import type { Notice } from "../../../rollout/hooks";
import { weightOf, type RolloutSpec, type Routing } from "../../../rollout/spec";
import { isEnded, type RolloutEvent, type RolloutState } from "../../../rollout/state";
import { valuesFor } from "../../../rollout/values";

/** A canary in even steps. */
export function specOf(changes: Partial<RolloutSpec> = {}): RolloutSpec {
  return {
    strategy: "canary",
    from: "v1",
    to: "v2",
    steps: [25, 50, 100].map((weight) => ({ weight, rules: {}, checks: 1 })),
    maxWeight: 100,
    interval: 10_000,
    threshold: 2,
    inconclusiveLimit: 3,
    progressDeadline: 60_000,
    replicas: 2,
    checksum: "0123456789",
    config: {},
    before: {},
    ...changes,
  };
}

/** A check of a verdict. */
export function check(verdict: CheckVerdict): CheckResult {
  return { name: "request-success-rate", kind: "metric", verdict, message: `it is ${verdict}` };
}

/** A rollout in a world that is told what happens in it: no cluster, no clock. */
export class SimulatedRollout {
  state: RolloutState;
  time = 1_000_000;
  readonly notices: Notice[] = [];
  /** The routings that updates were begun to, in order. */
  readonly begun: Routing[] = [];
  /** What the stack's file says after the last update that went through. */
  file: Record<string, unknown> = { stable: "v1", "versions.v1.replicas": 2 };
  /** How many rounds passed since the last step began. */
  healthy = 0;

  constructor(spec: RolloutSpec) {
    this.state = begin(spec, 1, this.time);
    this.note();
  }

  /** Ends what the rollout is doing. */
  finish(outcome: {
    good: boolean;
    verdict?: CheckVerdict;
    agreed?: boolean;
    cause?: "unreachable" | "refused" | "failed";
  }): void {
    const { activity } = this.state;
    this.time += 1000;
    const at = this.time;
    switch (activity.kind) {
      case "update":
        if (outcome.cause && !outcome.good)
          return this.tell({ kind: "updateFailed", at, cause: outcome.cause, message: "it did not go" });
        Object.assign(this.file, valuesFor(this.state.spec, activity.routing));
        this.healthy = 0;
        return this.tell({
          kind: "updated",
          at,
          asPlanned: outcome.good,
          checks: [check(outcome.good ? "passed" : "failed")],
        });
      case "gate":
        return this.tell({ kind: "answered", at, agreed: outcome.agreed ?? outcome.good, message: "not yet" });
      case "round": {
        const verdict = outcome.verdict ?? (outcome.good ? "passed" : "failed");
        if (verdict === "passed") this.healthy += 1;
        return this.tell({ kind: "checked", at, since: at - 500, checks: [check(verdict)] });
      }
      case "sleep":
        this.time = Math.max(this.time, activity.until);
        return this.tell({ kind: "woke", at: this.time });
      case "settle":
        return this.tell({ kind: "settled", at, ...(!outcome.good && { trouble: "it did not go" }) });
      case "post":
        return this.tell({ kind: "posted", at });
      case "done":
        return;
    }
  }

  tell(event: RolloutEvent): void {
    const { state, notices } = advance(this.state, event);
    const isNew = state.activity !== this.state.activity;
    this.state = state;
    this.notices.push(...notices);
    if (isNew) this.note();
  }

  /** Lets everything go well until the end. */
  run(): void {
    for (let turn = 0; turn < 1000 && !isEnded(this.state); turn += 1) this.finish({ good: true });
  }

  get weights(): number[] {
    return this.begun.map((routing) => weightOf(this.state.spec, routing));
  }

  private note(): void {
    const { activity } = this.state;
    if (activity.kind === "update") this.begun.push(activity.routing);
  }
}
