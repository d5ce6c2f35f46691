import { setTimeout as sleep } from "node:timers/promises";
import type { V1Lease } from "@kubernetes/client-node";
import type { ClusterApi } from "../../cluster/api";
import { UserError } from "../../progress/user-error";
import { describeHolder, isKilled, newIdentity } from "./identity";
import { doingOf, leaseSeconds, Leases, ownerOf, recordOf, writtenAt, type Claim, type StackPlace } from "./leases";

// The figures and rules are those of Kubernetes' own leader election.
// https://pkg.go.dev/k8s.io/client-go/tools/leaderelection

/** Milliseconds without a renewal after which a holder steps down: before anybody else may take the lease. */
const renewDeadline = 10_000;

/** Milliseconds between two renewals. */
const renewPeriod = 2000;

/** Milliseconds between two looks at somebody else's lease. */
const lookPeriod = 1000;

/** Thrown if somebody else works on the stack. */
export class TakenError extends UserError {
  override readonly code = "SLUICE1501";
}

/** Thrown if a holder could not renew its lease in time: another process may work on the stack by now. */
export class CutOffError extends UserError {
  override readonly code = "SLUICE1502";
}

/** Time on this machine, which nobody else's is compared with. */
export interface LeaseClock {
  /** Milliseconds on a clock that never goes back. */
  now(): number;
  /** @throws the signal's reason once it is aborted. */
  wait(milliseconds: number, signal: AbortSignal): Promise<void>;
}

/** How a lease is taken. */
export interface TakeOptions {
  /** What it is taken for, as a command: `rollout`, `up`. */
  readonly doing: string;
  /** Who takes it; a new one by default. One that has it already, and was cut off, gets it again at once. */
  readonly identity?: string;
  readonly report: (text: string) => void;
  /** Ends the waiting. */
  readonly signal: AbortSignal;
  /** True to wait until a holder who is heard of has ended, too. */
  readonly isPatient?: boolean;
  /** Is called once, if the lease can't be kept: what it was taken for must end. */
  readonly lost: (error: TakenError | CutOffError) => void;
  readonly clock?: LeaseClock;
}

/** Who works on a stack, as its lease says. */
export interface Holder {
  /** `ann@laptop (process 12)`. */
  readonly who: string;
  readonly doing: string;
  /** When it was last heard of, in milliseconds since 1970. */
  readonly seenAt: number;
  /** False for one whose lease has run out: nobody works on the stack. */
  readonly isAlive: boolean;
}

/** The lease of a process that changes a stack: one at a time, on any machine. */
export class StackLease {
  private readonly ending = new AbortController();
  private readonly renewing: Promise<void>;

  private constructor(
    private readonly leases: Leases,
    private readonly claim: Claim,
    private lease: V1Lease | undefined,
    private readonly at: StackPlace,
    private readonly clock: LeaseClock,
    lost: TakeOptions["lost"],
  ) {
    this.renewing = this.keep(lost);
  }

  /** What no other holder is called. */
  get identity(): string {
    return this.claim.identity;
  }

  /**
   * Takes a stack: at once if nobody has it or its holder on this machine was killed, else once it has been seen for as
   * long as a lease lasts that it is not renewed.
   *
   * @throws TakenError if its holder is heard of, unless the caller is patient.
   */
  static async take(
    api: Pick<ClusterApi, "coordination">,
    at: StackPlace,
    { doing, identity = newIdentity(), report, signal, lost, isPatient, clock = systemClock }: TakeOptions,
  ): Promise<StackLease> {
    const leases = new Leases(api, at);
    const claim = { identity, doing };
    let observed: { readonly record: string; readonly since: number } | undefined;
    for (;;) {
      const lease = await leases.read();
      const owner = ownerOf(lease);
      const record = recordOf(lease);
      const isFree = owner === undefined || owner === identity || isKilled(owner);
      if (!isFree) {
        if (observed && observed.record !== record) {
          if (!isPatient) throw taken(at, lease);
          observed = undefined;
        }
        observed ??= { record, since: clock.now() };
      }
      if (isFree || clock.now() - (observed?.since ?? 0) > durationOf(lease)) {
        const written = await leases.write(claim, lease);
        if (written === "homeless") return new StackLease(leases, claim, undefined, at, clock, lost);
        if (written) return new StackLease(leases, claim, written, at, clock, lost);
        signal.throwIfAborted();
        continue;
      }
      report(`waiting up to ${durationOf(lease) / 1000} s for the lease of ${describeHolder(owner)} to expire`);
      await clock.wait(lookPeriod, signal);
    }
  }

  /** Who works on a stack, or did when it was left behind; nothing if nobody did. */
  static async holder(
    api: Pick<ClusterApi, "coordination" | "connection">,
    at: StackPlace,
  ): Promise<Holder | undefined> {
    const lease = await new Leases(api, at).read();
    const owner = ownerOf(lease);
    if (!lease || owner === undefined) return undefined;
    const seenAt = writtenAt(lease);
    // Both times are the API server's, in whole seconds.
    const isAlive = !isKilled(owner) && api.connection.now() - seenAt <= durationOf(lease) + 1000;
    return { who: describeHolder(owner), doing: doingOf(lease), seenAt, isAlive };
  }

  /** Gives the stack free. */
  async release(): Promise<void> {
    this.ending.abort();
    // A renewal that is under way would make the deletion a conflict, or bring the Lease back after it.
    await this.renewing;
    // If the cluster doesn't answer, the lease expires.
    await this.leases.delete(this.claim.identity).catch(() => undefined);
  }

  /** Renews it until it is given free, or can't be. */
  private async keep(lost: TakeOptions["lost"]): Promise<void> {
    const { clock, ending } = this;
    let renewedAt = clock.now();
    for (;;) {
      await clock.wait(renewPeriod, ending.signal).catch(() => undefined);
      if (ending.signal.aborted) return;
      const began = clock.now();
      // A process that was stopped for a while may try once: if nobody has taken the lease, it continues.
      const failure = await this.renewWithin(Math.max(renewPeriod, renewedAt + renewDeadline - began));
      if (failure === undefined) renewedAt = began;
      if (ending.signal.aborted) return;
      if (failure instanceof TakenError) return lost(failure);
      if (failure && clock.now() - renewedAt >= renewDeadline)
        return lost(
          new CutOffError(
            `the lease on the stack ${this.at.stack} could not be renewed for ${renewDeadline / 1000} s, and another process ` +
              `may take it: ${failure.message}`,
          ),
        );
    }
  }

  /** Why it could not be renewed in time; nothing if it was. */
  private async renewWithin(milliseconds: number): Promise<Error | undefined> {
    const done = new AbortController();
    const late = this.clock.wait(milliseconds, done.signal).then(
      () => new Error("the cluster does not answer"),
      () => undefined,
    );
    const renewed = this.renew().then(
      () => undefined,
      (error: unknown) => error as Error,
    );
    const failure = await Promise.race([renewed, late]);
    done.abort();
    // The lease must not be released while a renewal is in flight; a request ends by its own timeout.
    if (this.ending.signal.aborted) await renewed;
    return failure;
  }

  private async renew(): Promise<void> {
    for (;;) {
      const written = await this.leases.write(this.claim, this.lease);
      if (written === "homeless") return;
      if (written) {
        this.lease = written;
        return;
      }
      // The lease was changed: find out who has it now.
      const lease = await this.leases.read();
      const owner = ownerOf(lease);
      if (owner !== undefined && owner !== this.claim.identity)
        throw new TakenError(`${describeHolder(owner)} has taken over the stack ${this.at.stack}`);
      this.lease = lease;
    }
  }
}

const systemClock: LeaseClock = {
  now: () => performance.now(),
  wait: (milliseconds, signal) => sleep(milliseconds, undefined, { signal }).catch(() => signal.throwIfAborted()),
};

function durationOf(lease: V1Lease | undefined): number {
  return (lease?.spec?.leaseDurationSeconds ?? leaseSeconds) * 1000;
}

function taken({ stack }: StackPlace, lease: V1Lease | undefined): TakenError {
  const who = describeHolder(ownerOf(lease) ?? "somebody");
  const doing = doingOf(lease);
  return new TakenError(
    doing === "rollout"
      ? `${who} is driving a rollout of the stack ${stack}: look at it with sluice history or sluice dashboard, or end it with sluice abort`
      : `${who} is changing the stack ${stack} right now with sluice ${doing}: wait until that has ended`,
  );
}
