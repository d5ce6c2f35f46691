import assert from "node:assert/strict";
import type { V1Lease } from "@kubernetes/client-node";
import { ClusterError, kindOf } from "../../../../cluster/errors";
import { clusterApi, type ClusterApi } from "../../../../cluster/api";
import { StackLease, type TakeOptions } from "../../../../rollout/store/lease";
import { fakeApi } from "../../support/fake-api";
import { VirtualClock } from "../virtual-clock";

/** Where the lease of stack dev is kept. */
export const leaseKey = "leases/demo/sluice-rollout-dev";
const at = { stack: "dev", namespace: "demo" };

const options: TakeOptions = {
  doing: "rollout",
  report: () => undefined,
  signal: new AbortController().signal,
  lost: (error) => assert.fail(error),
};

/** The lease of a stack dev on a fake API server, for the calling suite. */
export function leaseBench() {
  const fake = fakeApi();
  const api = () => fake().api;
  return {
    api,
    take: (changes: Partial<TakeOptions> = {}) =>
      StackLease.take(clusterApi(fake().cluster), at, { ...options, ...changes }),
    holder: () => StackLease.holder(clusterApi(fake().cluster), at),
    spec: () => api().objects.get(leaseKey)?.["spec"] as Record<string, unknown> | undefined,
    /** Makes it somebody else's, last renewed that long ago. */
    hold: (holderIdentity: string, ago = 0) => {
      const renewTime = new Date(Date.now() - ago).toISOString();
      api().put(leaseKey, { spec: { holderIdentity, leaseDurationSeconds: 15, renewTime } });
    },
  };
}

/** What becomes of the requests of one of several machines: they fail with a status, or are never answered. */
export type Line = () => number | "silent" | undefined;

/** One lease and several machines, each with a line of its own to the API server, in virtual time. */
export class LeaseWorld {
  readonly time = new VirtualClock();
  /** The lease as it is stored. */
  lease: V1Lease | undefined;
  /** The status with which a namespace refuses that something is made in it. */
  namespace: { readonly status: number; readonly reason?: string } | undefined;
  private version = 0;

  readonly clock = {
    now: () => this.time.time,
    wait: (milliseconds: number, signal: AbortSignal) => this.time.wait(milliseconds, signal),
  };

  get owner(): string | undefined {
    return this.lease?.spec?.holderIdentity;
  }

  /** Seconds since the beginning. */
  get seconds(): number {
    return (this.time.time - new VirtualClock().time) / 1000;
  }

  take(line: Line = () => undefined, changes: Partial<TakeOptions> = {}): Promise<StackLease> {
    return StackLease.take(this.api(line), at, { ...options, clock: this.clock, ...changes });
  }

  /** Lets time pass, in seconds. */
  pass(seconds: number): Promise<void> {
    return this.time.run(this.clock.wait(seconds * 1000, new AbortController().signal));
  }

  api(line: Line): Pick<ClusterApi, "coordination"> {
    const asked = async <Result>(work: () => Result): Promise<Result> => {
      const trouble = line();
      // A request that is not answered ends by its timeout.
      if (trouble === "silent") await this.time.wait(5000, new AbortController().signal);
      if (trouble !== undefined) throw failure(trouble === "silent" ? 503 : trouble);
      await Promise.resolve();
      return structuredClone(work());
    };
    const coordination = {
      readNamespacedLease: () => asked(() => this.lease ?? refuse(404)),
      createNamespacedLease: ({ body }: { body: V1Lease }) =>
        asked(() =>
          this.namespace
            ? refuse(this.namespace.status, this.namespace.reason)
            : this.lease
              ? refuse(409)
              : this.store(body),
        ),
      replaceNamespacedLease: ({ body }: { body: V1Lease }) =>
        asked(() => (this.isSame(body) ? this.store(body) : undefined) ?? refuse(this.lease ? 409 : 404)),
      deleteNamespacedLease: ({ body }: { body: { preconditions: { resourceVersion: string } } }) =>
        asked(() =>
          this.lease?.metadata?.resourceVersion === body.preconditions.resourceVersion
            ? (this.lease = undefined)
            : refuse(409),
        ),
    };
    return { coordination: coordination as unknown as ClusterApi["coordination"] };
  }

  private isSame(body: V1Lease): boolean {
    return this.lease !== undefined && body.metadata?.resourceVersion === this.lease.metadata?.resourceVersion;
  }

  private store(body: V1Lease): V1Lease {
    this.version += 1;
    // As it comes over the line: with a time that has microseconds.
    const spec = { ...body.spec, renewTime: `${this.version}` as never };
    this.lease = { ...body, spec, metadata: { ...body.metadata, resourceVersion: String(this.version) } };
    return this.lease;
  }
}

function failure(status: number, reason?: string): ClusterError {
  const body = reason === undefined ? {} : { details: { causes: [{ reason }] } };
  return new ClusterError(kindOf(status), `status ${status}`, { status, body });
}

function refuse(status: number, reason?: string): never {
  throw failure(status, reason);
}
