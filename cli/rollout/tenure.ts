import type { ClusterApi } from "../../cluster/api";
import { untilAnswered, type Patience } from "../../cluster/until-answered";
import { isBrokenOff } from "../../engine/broken-off";
import { newIdentity } from "../../rollout/store/identity";
import { StackLease, type LeaseClock } from "../../rollout/store/lease";
import type { StackPlace } from "../../rollout/store/leases";

/** The stack that a driver drives, and how it reports the cluster's state. */
interface Terms {
  readonly api: Pick<ClusterApi, "coordination">;
  readonly at: StackPlace;
  readonly report: (text: string) => void;
  /** Ends the waiting for the lease. */
  readonly interrupted: AbortSignal;
  /** True to wait until somebody else who works on the stack has ended. */
  readonly isPatient?: boolean;
  readonly clock?: LeaseClock;
}

/** Restores Node's handling of uncaught errors when the tenure ends. */
const mistakes = ["uncaughtException", "unhandledRejection"] as const;

/**
 * The time in which a process drives a stack: while it has the lease. A driver that was cut off from the cluster does nothing
 * more; it goes on once the cluster answers, if nobody else has taken the lease meanwhile.
 */
export class Tenure {
  /** What no other driver is called. */
  readonly identity = newIdentity();
  private readonly fatal = new AbortController();
  private current = new AbortController();
  private lease: StackLease | undefined;

  private constructor(private readonly terms: Terms) {}

  /** @throws TakenError if somebody else drives the stack or changes it. */
  static async begin(terms: Terms): Promise<Tenure> {
    const tenure = new Tenure(terms);
    await tenure.take();
    for (const event of mistakes) process.on(event, tenure.fail);
    return tenure;
  }

  /** Is aborted once the driver must stop: with a CutOffError where it may go on later. */
  get signal(): AbortSignal {
    return AbortSignal.any([this.fatal.signal, this.current.signal]);
  }

  /**
   * Takes the lease again after the driver was cut off, however long the cluster does not answer.
   *
   * @param tell is told every minute how long that is.
   * @param look looks whether the driver may go on; it is tried until the cluster answers, too.
   * @throws TakenError if somebody else has it.
   */
  async resume<Result>(tell: (text: string) => void, look: () => Promise<Result>): Promise<Result> {
    const patience: Patience = {
      signal: AbortSignal.any([this.terms.interrupted, this.fatal.signal]),
      tell: ({ message }, seconds) => {
        this.terms.report(`waiting for the cluster: ${message}`);
        if (seconds > 0) tell(`no answer from the cluster for ${seconds} s: ${message}`);
      },
    };
    await untilAnswered(() => this.take(), patience);
    return untilAnswered(look, patience);
  }

  /** Gives the stack free. */
  async end(): Promise<void> {
    for (const event of mistakes) process.off(event, this.fail);
    await this.lease?.release();
  }

  private async take(): Promise<void> {
    const { api, at, report, interrupted, isPatient, clock } = this.terms;
    const controller = new AbortController();
    const lost = (error: Error) => controller.abort(error);
    const taking = {
      doing: "rollout",
      identity: this.identity,
      report,
      signal: interrupted,
      lost,
      ...(isPatient && { isPatient }),
      ...(clock && { clock }),
    };
    this.lease = await StackLease.take(api, at, taking);
    this.current = controller;
  }

  private readonly fail = (error: unknown): void => {
    if (!isBrokenOff(error)) this.fatal.abort(error);
  };
}
