import type { CheckResult } from "../../../rollout/check";
import type {
  DashboardAction,
  DashboardData,
  DashboardSource,
  DashboardSources,
  RolloutView,
} from "../../../rollout/dashboard";

/** A check that passed, as a metric's is. */
export const successRate: CheckResult = {
  name: "request-success-rate",
  kind: "metric",
  verdict: "passed",
  value: 99.82,
  unit: "%",
  allowed: "at least 99%",
  message: "request-success-rate is 99.82%: it must be at least 99%",
};

/** A rollout in its second step of five. */
export function rolloutView(changes: Partial<RolloutView> = {}): RolloutView {
  return {
    id: 12,
    from: "v1",
    to: "v2",
    phase: "Progressing",
    startedAt: "2026-03-02T09:00:00.000Z",
    step: 2,
    steps: 5,
    weight: 30,
    failedChecks: 0,
    threshold: 3,
    rounds: [{ at: "2026-03-02T09:02:00.000Z", step: 2, weight: 30, verdict: "passed", checks: [successRate] }],
    timeline: [],
    actions: ["pause", "abort", "promote"],
    ...changes,
  };
}

/** What a page shows of such a rollout. */
export function dashboardData(changes: Partial<DashboardData> = {}): DashboardData {
  return {
    stack: "dev",
    plan: ["70% of www.test.com/ goes to v1", "30% goes to v2"],
    rollout: rolloutView(),
    history: [],
    ...changes,
  };
}

/** The sources of a dashboard that shows one stack. */
export function only(source: DashboardSource): DashboardSources {
  return new Map([["dev", source]]);
}

/** A source whose data a test changes, and which remembers what it was asked to do. */
export class FakeSource implements DashboardSource {
  readonly acted: DashboardAction[] = [];
  reads = 0;
  data: DashboardData = dashboardData();
  /** What reading and acting do besides, for example throw. */
  onRead: () => Promise<void> | void = () => {};
  onAct: (action: DashboardAction) => Promise<void> | void = () => {};

  async read(): Promise<DashboardData> {
    this.reads++;
    await this.onRead();
    return this.data;
  }

  async act(action: DashboardAction): Promise<string> {
    this.acted.push(action);
    await this.onAct(action);
    return `Rollout 12: ${action} is done.`;
  }
}
