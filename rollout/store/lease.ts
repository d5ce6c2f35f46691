import { hostname, userInfo } from "node:os";
import { setTimeout as sleep } from "node:timers/promises";
import { V1MicroTime, type V1Lease } from "@kubernetes/client-node";
import { UserError } from "../../progress/user-error";
import type { ClusterApi } from "../../cluster/api";
import { failureKind, isRetryable } from "../../cluster/errors";

/** Seconds until a driver that says nothing any more counts as gone. */
const leaseSeconds = 15;
const renewMilliseconds = 5000;
const pollMilliseconds = 1000;

/** Thrown where another driver has the stack. */
export class TakenError extends UserError {}

/** Whose a stack is, for as long as it is driven: one driver at a time, on whatever machine. */
export class DriverLease {
  private readonly renewing: NodeJS.Timeout;
  private renewal: Promise<void> | undefined;

  private constructor(
    private readonly leases: Leases,
    private readonly holder: string,
    lost: (error: Error) => void,
  ) {
    this.renewing = setInterval(() => {
      this.renewal ??= this.renew(lost).finally(() => (this.renewal = undefined));
    }, renewMilliseconds);
  }

  /**
   * Takes the stack, at once where nobody has it or its driver on this machine was killed, else once a driver that says
   * nothing any more counts as gone.
   *
   * @param lost is called where another driver has taken it meanwhile.
   * @throws TakenError where it is being driven, naming by whom.
   */
  static async take(
    api: ClusterApi,
    stack: string,
    namespace: string,
    { report, signal, lost }: { report: (text: string) => void; signal: AbortSignal; lost: (error: Error) => void },
  ): Promise<DriverLease> {
    const leases = new Leases(api, stack, namespace);
    const holder = `${userInfo().username}@${hostname()}:${process.pid}`;
    const first = await leases.read();
    for (;;) {
      const lease = await leases.read();
      const owner = ownerOf(lease);
      if (owner === undefined || owner === holder || isKilled(owner) || isExpired(lease)) {
        if (await leases.write(holder, lease)) return new DriverLease(leases, holder, lost);
        continue;
      }
      if (renewedAt(lease) !== renewedAt(first) || pidHere(owner) !== undefined)
        throw new TakenError(`the stack ${stack} is being rolled out by ${owner}: sluice rollout --watch shows it`);
      report(`${owner} has the stack, and is gone if it says nothing for ${leaseSeconds} s`);
      await sleep(pollMilliseconds, undefined, { signal }).catch(() => signal.throwIfAborted());
    }
  }

  /** Who drives the stack; nothing where nobody does. */
  static async holder(api: ClusterApi, stack: string, namespace: string): Promise<string | undefined> {
    const lease = await new Leases(api, stack, namespace).read();
    const owner = ownerOf(lease);
    return owner !== undefined && !isKilled(owner) && !isExpired(lease) ? owner : undefined;
  }

  /** Gives the stack free. */
  async release(): Promise<void> {
    clearInterval(this.renewing);
    // One that is under way would make the deletion a conflict, or bring the Lease back after it.
    await this.renewal;
    // A cluster that is away will find it expired.
    await this.leases.delete(this.holder).catch(() => undefined);
  }

  private async renew(lost: (error: Error) => void): Promise<void> {
    try {
      const lease = await this.leases.read();
      const owner = ownerOf(lease);
      if (owner !== undefined && owner !== this.holder) lost(new TakenError(`${owner} has taken over the rollout`));
      else await this.leases.write(this.holder, lease);
    } catch (error) {
      if (!isRetryable(error)) lost(error as Error);
    }
  }
}

/** A stack's Lease in the workload's namespace. */
class Leases {
  private readonly place: { readonly name: string; readonly namespace: string };

  constructor(
    private readonly api: ClusterApi,
    stack: string,
    namespace: string,
  ) {
    this.place = { name: `sluice-rollout-${stack}`, namespace };
  }

  async read(): Promise<V1Lease | undefined> {
    return this.api.coordination.readNamespacedLease(this.place).catch((error: unknown) => {
      if (failureKind(error) === "not found") return undefined;
      throw error;
    });
  }

  /** False where somebody else was faster. */
  async write(holderIdentity: string, before: V1Lease | undefined): Promise<boolean> {
    const now = new V1MicroTime();
    const spec = {
      holderIdentity,
      leaseDurationSeconds: leaseSeconds,
      renewTime: now,
      acquireTime: before?.spec?.acquireTime ?? now,
    };
    const { name, namespace } = this.place;
    const body: V1Lease = { metadata: { name, namespace, resourceVersion: before?.metadata?.resourceVersion }, spec };
    try {
      await (before
        ? this.api.coordination.replaceNamespacedLease({ ...this.place, body })
        : this.api.coordination.createNamespacedLease({ namespace, body }));
      return true;
    } catch (error) {
      if (failureKind(error) === "conflict") return false;
      throw error;
    }
  }

  /** Deletes it while it is the holder's, and tries again where somebody has touched it since it was read. */
  async delete(holder: string, tries = 5): Promise<void> {
    const lease = await this.read();
    const resourceVersion = lease?.metadata?.resourceVersion;
    if (ownerOf(lease) !== holder || resourceVersion === undefined) return;
    const body = { preconditions: { resourceVersion } };
    try {
      await this.api.coordination.deleteNamespacedLease({ ...this.place, body });
    } catch (error) {
      if (failureKind(error) !== "conflict" || tries === 1) throw error;
      await this.delete(holder, tries - 1);
    }
  }
}

function ownerOf(lease: V1Lease | undefined): string | undefined {
  return lease?.spec?.holderIdentity || undefined;
}

function renewedAt(lease: V1Lease | undefined): number {
  return new Date(lease?.spec?.renewTime ?? 0).getTime();
}

function isExpired(lease: V1Lease | undefined): boolean {
  return Date.now() - renewedAt(lease) > (lease?.spec?.leaseDurationSeconds ?? leaseSeconds) * 1000;
}

/** The process of a driver on this machine. */
function pidHere(owner: string): number | undefined {
  const [, host, pid] = /@(.*):(\d+)$/.exec(owner) ?? [];
  return host === hostname() && pid !== undefined ? Number(pid) : undefined;
}

/** A driver of this machine whose process is gone can't come back. */
function isKilled(owner: string): boolean {
  const pid = pidHere(owner);
  if (pid === undefined) return false;
  try {
    process.kill(pid, 0);
    return false;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "ESRCH";
  }
}
