import { once } from "node:events";
import { setTimeout as sleep } from "node:timers/promises";
import type { ClusterApi } from "../../cluster/api";
import { ClusterError } from "../../cluster/errors";
import type { StackConfig } from "../../config";
import type { Preview, UpdateOptions } from "../../engine/engine";
import type { Notice } from "../../rollout/hooks";
import { retryMilliseconds } from "../../rollout/moves";
import { UpdateError, type Updated } from "../../rollout/ports";
import type { Routing } from "../../rollout/spec";
import { routedStack, routingOf, trafficOf } from "../../rollout/stack";
import type { RolloutState } from "../../rollout/state";
import type { RolloutRecords } from "../../rollout/store/records";
import { autoscaledSuccessors, type Successor } from "../../routers/deployed";
import type { RoutePatch } from "../../routers/router";
import { explainPlan } from "../../traffic/explain";
import { raiseSuccessors, releaseSuccessors } from "../autoscaled";
import { sessionArguments, type Session, type SessionOptions } from "../session";
import { settleFile } from "../settle-file";
import { placeOf, whyUnasked } from "../verify-split";
import { measurePlan } from "./measure";
import { measurePods } from "./measure-pods";
import { patchesBetween, sendPatches } from "../route-patches";
import { updateStack } from "./stack-update";
import { withdrawalOf, withdrawUsers } from "./withdraw";

/** What a driver of a stack needs besides the stack. */
export interface StackPortsOptions extends UpdateOptions, SessionOptions {
  /** How many requests show that a step is taken up. */
  readonly requests: number;
}

/** Callbacks that report while a stack is driven. */
export interface Audience {
  /** What is being done now, in a few words. */
  readonly report: (text: string) => void;
  readonly onPreview: (preview: Pick<Preview, "changes" | "violations" | "trafficBefore" | "trafficAfter">) => void;
  readonly onNotice: (notice: Notice, state: RolloutState) => void;
  /** A message that could not be delivered. */
  readonly onComplaint: (line: string) => void;
}

/** Calls the cluster until it answers, and tells people of a rollout meanwhile. */
export type PatientCall = <Result>(
  state: RolloutState,
  signal: AbortSignal,
  work: () => Promise<Result>,
) => Promise<Result>;

/** Moves a rollout's users: by patches of their routes if that is enough, else by an update of the stack. */
export class StackMover {
  constructor(
    private readonly session: Session,
    private readonly api: ClusterApi,
    private readonly options: StackPortsOptions,
    private readonly audience: Audience,
    private readonly untilAnswered: PatientCall,
    private readonly records: Pick<RolloutRecords, "isAbortAsked">,
  ) {}

  async update(state: RolloutState, routing: Routing, signal: AbortSignal): Promise<Updated> {
    const { spec } = state;
    const { report } = this.audience;
    let { place } = state;
    const config = stackOf(this.session, spec, routing);
    const { plan } = config;
    const isUnasked = plan.strategy === "replicaRatio" && whyUnasked(config) !== undefined;
    const isPatched = await this.patch(state, routing, signal);
    if (!isPatched) {
      const outputs = await this.updateByPulumi(state, routing, signal);
      if (!isUnasked) place = placeOf(outputs, config);
    }
    const appliedAt = Date.now();
    if (isUnasked) return { ...(await measurePods(this.api, config, plan, signal)), appliedAt, isPatched };
    // No users were moved yet, and the stack's address is unknown.
    if (!place) return { asPlanned: true, checks: [], appliedAt, isPatched };
    report(`${this.options.requests} requests to ${place.address}:${place.port}`);
    const cluster = this.session.choice.cluster();
    const measured = await measurePlan(cluster, config, place, this.options.requests, signal);
    return { ...measured, appliedAt, isPatched, place };
  }

  async withdraw(state: RolloutState): Promise<void> {
    const config = stackOf(this.session, state.spec, { kind: "stable" });
    await withdrawUsers(this.api, config, withdrawalOf(config, state));
  }

  async settle(state: RolloutState, needsUpdate: boolean, signal: AbortSignal): Promise<string | undefined> {
    const target = sessionArguments(this.options);
    const { activity } = state;
    const unsettled = settleFile(this.session.file, trafficOf(state));
    if (unsettled !== undefined && activity.kind === "settle" && activity.attempt === 1)
      this.audience.onComplaint(
        `the stack file does not say what users get (${unsettled}): write it with sluice settle ${target}`,
      );
    try {
      if (needsUpdate) await this.tellPulumi(state, signal);
      const since = state.served?.kind === "promoted" ? state.endedAt : undefined;
      const context = { report: this.audience.report, signal };
      await this.untilAnswered(state, signal, () =>
        releaseSuccessors(this.api.objects, this.successors(state.spec), since, context),
      );
      return undefined;
    } catch (error) {
      signal.throwIfAborted();
      if (!(error instanceof UpdateError || error instanceof ClusterError)) throw error;
      return `users get what they should, but Pulumi's state is behind (${error.message}): update it with sluice up ${target}`;
    }
  }

  /** Tries until the cluster answers: an unreachable cluster doesn't mean that the update is wrong. */
  private async tellPulumi(state: RolloutState, signal: AbortSignal): Promise<void> {
    for (;;)
      try {
        await this.updateByPulumi(state, routingOf(state), signal);
        return;
      } catch (error) {
        if (!(error instanceof UpdateError) || error.cause !== "unreachable") throw error;
        this.audience.report(`the update of Pulumi's state waits until the cluster answers: ${error.message}`);
        await sleep(retryMilliseconds, undefined, { signal });
      }
  }

  private successors(spec: RolloutState["spec"]): Successor[] {
    const config = stackOf(this.session, spec, { kind: "promoted" });
    return autoscaledSuccessors(config, stackOf(this.session, spec, { kind: "stable" }).plan, config.plan);
  }

  /** Moves the routes by patches; false if that is not enough. */
  private async patch(state: RolloutState, routing: Routing, signal: AbortSignal): Promise<boolean> {
    const { spec, served } = state;
    const config = stackOf(this.session, spec, routing);
    const before = served && stackOf(this.session, spec, served);
    // A rollback always patches the routes first; everything else comes after.
    const withdrawal = routing.kind === "stable" ? withdrawalOf(config, state) : undefined;
    const patches = withdrawal ? withdrawal.patches : before && patchesBetween(before, config);
    if (before && patches && !withdrawal?.needsUpdate) this.show(before, config, patches);
    try {
      if (routing.kind === "promoted") {
        const context = { report: this.audience.report, signal };
        await this.untilAnswered(state, signal, () =>
          raiseSuccessors(this.api.objects, this.successors(spec), context),
        );
      }
      if (!patches) return false;
      this.audience.report("moving the routes");
      if (withdrawal) {
        await this.untilAnswered(state, signal, () => withdrawUsers(this.api, config, withdrawal));
        return !withdrawal.needsUpdate;
      }
      const demand = () => this.waitIfAborted(state, signal);
      return await this.untilAnswered(state, signal, () => sendPatches(this.api, patches, demand));
    } catch (error) {
      signal.throwIfAborted();
      throw new UpdateError("failed", (error as Error).message);
    }
  }

  /**
   * An abort asks for it first and then patches the routes itself. So nothing may move users to the canary
   * from then on: this waits until the driver has heard, which ends what it is doing.
   */
  private async waitIfAborted({ id }: RolloutState, signal: AbortSignal): Promise<void> {
    if (!(await this.records.isAbortAsked(id))) return;
    signal.throwIfAborted();
    await once(signal, "abort");
    signal.throwIfAborted();
  }

  private show(before: StackConfig, config: StackConfig, patches: readonly RoutePatch[]): void {
    this.audience.onPreview({
      changes: patches.map(({ kind, name }) => ({ kind: "update", object: `${kind} ${name}` })),
      violations: [],
      trafficBefore: explainPlan(before.plan),
      trafficAfter: explainPlan(config.plan),
    });
  }

  private updateByPulumi(state: RolloutState, routing: Routing, signal: AbortSignal) {
    const { report, onPreview } = this.audience;
    return updateStack(this.session, this.api, state, routing, this.options, { report, signal }, onPreview);
  }
}

/** A rollout's stack as users get what a routing says. */
export function stackOf(
  { choice }: Pick<Session, "choice">,
  spec: RolloutState["spec"],
  routing: Routing,
): StackConfig {
  return routedStack(spec, routing, choice.cluster().profile);
}
