import { userInfo } from "node:os";
import { UserError } from "../../progress/user-error";
import type { DashboardAction, DashboardData, DashboardSource, SplitView } from "../../rollout/dashboard";
import { chartsOf } from "../../rollout/charts";
import { draw } from "../../rollout/dashboard/drawing";
import { advance, takeOver } from "../../rollout/machine";
import { retry } from "../../rollout/retry";
import type { RolloutState } from "../../rollout/state";
import type { Session } from "../session";
import type { Picture } from "../watch/picture";
import type { Watcher as SplitWatcher } from "../watch/watcher";
import { driveStack, type DriveStackOptions, type Watcher } from "./drive-stack";
import type { StackRecords } from "./open-records";
import { demandAction, heardBy, tellDriver } from "./steering";
import { takeUsersBack } from "./take-back";
import { viewsOf } from "./undriven";

/** Seconds between two looks for rollouts that are new, or have ended. */
const historySeconds = 5;

/** What the dashboard shows, from the cluster; and what its buttons do, by the driver, or in its place. */
export class StackDashboard implements DashboardSource {
  private rollouts: readonly RolloutState[] = [];
  private unreadable: readonly string[] = [];
  private listedAt = -Infinity;
  private servedBefore = "";

  constructor(
    private readonly session: Session,
    private readonly opened: StackRecords,
    private readonly options: DriveStackOptions,
    private readonly split: SplitWatcher,
    private readonly silent: Watcher,
  ) {}

  async read(): Promise<DashboardData> {
    const rollouts = await this.readRollouts();
    const [current] = rollouts;
    const [rollout, ...history] = await viewsOf(this.opened, rollouts);
    const picture = this.split.picture();
    await this.followPlan(current);
    return {
      stack: this.session.file.stack,
      plan: picture.plan,
      split: splitOf(picture),
      ...(rollout && { rollout: { ...rollout, timeline: [] }, charts: chartsOf(rollout).map(draw) }),
      history: history.map((one) => ({ ...one, timeline: [] })),
      unreadable: this.unreadable,
    };
  }

  async act(action: DashboardAction): Promise<string> {
    const { records } = this.opened;
    const { stack } = this.options;
    const state = demandAction(await records.last(), action, stack);
    const by = `${userInfo().username} (dashboard)`;
    if (action === "abort") await takeUsersBack(this.session, this.opened, state, by);
    if (action !== "retry") {
      const driver = await (action === "abort"
        ? heardBy(this.opened, state, action)
        : tellDriver(this.opened, state, action, by));
      if (driver !== undefined) return `${action}: sent to ${driver}, which drives rollout ${state.id}`;
    }
    // The rollout has no driver, so the dashboard drives it until the rollout or the dashboard ends.
    const at = Date.now();
    const first =
      action === "retry"
        ? retry(state, state.id + 1, at)
        : takeOver(advance(state, { kind: "commanded", at, command: action, by }).state, at);
    const options = { ...this.options, isPatient: action === "abort" };
    void driveStack(this.session, this.opened, options, this.silent, () => Promise.resolve(first)).catch(
      (error: unknown) => this.silent.onComplaint(error instanceof UserError ? error.message : String(error)),
    );
    return `${action}: rollout ${first.id} had no driver, so this dashboard drives it now`;
  }

  private async readRollouts(): Promise<readonly RolloutState[]> {
    const { records } = this.opened;
    const [last] = this.rollouts;
    const known = last && (await records.read(last.id));
    const isOver = known?.activity.kind === "done";
    if (known && !isOver) this.rollouts = [known, ...this.rollouts.slice(1)];
    if (!known || Date.now() - this.listedAt > historySeconds * 1000) {
      ({ rollouts: this.rollouts, unreadable: this.unreadable } = await records.readAll());
      this.listedAt = Date.now();
    }
    return this.rollouts;
  }

  /** The plan that is up is another one as soon as a rollout says that users get something else. */
  private async followPlan(state: RolloutState | undefined): Promise<void> {
    const served = JSON.stringify([state?.id, state?.served]);
    if (served === this.servedBefore) return;
    this.servedBefore = served;
    await this.split.rereadPlan({ report: () => undefined, signal: new AbortController().signal });
  }
}

function splitOf({ rules }: Picture): SplitView[] {
  return rules.map(({ rule, verdict: { requests, versions, failures } }) => ({
    rule,
    versions: versions.map(({ version, planned, count }) => ({
      version,
      planned,
      count,
      measured: requests > 0 ? count / requests : 0,
    })),
    failures: Object.values(failures).reduce((sum, count) => sum + count, 0),
  }));
}
