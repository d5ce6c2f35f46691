import { V1MicroTime, type V1Lease } from "@kubernetes/client-node";
import type { ClusterApi } from "../../cluster/api";
import { clusterErrorOf, failureKind } from "../../cluster/errors";
import { stackLabel } from "../../record/labels";

/** Seconds until a lease that is not renewed may be taken by somebody else. */
export const leaseSeconds = 15;

const doingAnnotation = "sluice.dev/doing";

/** A stack, and the namespace of its workload, where its lease and its records are. */
export interface StackPlace {
  readonly stack: string;
  readonly namespace: string;
}

/** What a lease is to say. */
export interface Claim {
  readonly identity: string;
  /** What its holder does, as a command: `rollout`, `up`. */
  readonly doing: string;
}

/** A stack's Lease in the workload's namespace. */
export class Leases {
  private readonly place: { readonly name: string; readonly namespace: string };

  constructor(
    private readonly api: Pick<ClusterApi, "coordination">,
    private readonly at: StackPlace,
  ) {
    this.place = { name: `sluice-rollout-${at.stack}`, namespace: at.namespace };
  }

  async read(): Promise<V1Lease | undefined> {
    return this.api.coordination.readNamespacedLease(this.place).catch((error: unknown) => {
      if (failureKind(error) === "not found") return undefined;
      throw error;
    });
  }

  /**
   * Writes it in place of what was read, and nothing else.
   *
   * @returns what is stored; `homeless` where the namespace is not there, or is going, so that nobody can have a lease in it;
   * nothing if somebody else was faster.
   */
  async write({ identity, doing }: Claim, before: V1Lease | undefined): Promise<V1Lease | "homeless" | undefined> {
    const now = new V1MicroTime();
    const isMine = ownerOf(before) === identity;
    const { acquireTime = now, leaseTransitions = 0 } = before?.spec ?? {};
    const body: V1Lease = {
      metadata: {
        ...this.place,
        labels: { [stackLabel]: this.at.stack },
        annotations: { [doingAnnotation]: doing },
        resourceVersion: before?.metadata?.resourceVersion,
      },
      spec: {
        holderIdentity: identity,
        leaseDurationSeconds: leaseSeconds,
        renewTime: now,
        acquireTime: isMine ? acquireTime : now,
        leaseTransitions: isMine || !before ? leaseTransitions : leaseTransitions + 1,
      },
    };
    try {
      const { coordination } = this.api;
      return await (before
        ? coordination.replaceNamespacedLease({ ...this.place, body })
        : coordination.createNamespacedLease({ namespace: this.place.namespace, body }));
    } catch (error) {
      if (failureKind(error) === "conflict") return undefined;
      if (!before && isHomeless(error)) return "homeless";
      if (before && failureKind(error) === "not found") return undefined;
      throw error;
    }
  }

  /** Deletes it while it is the holder's, and tries again if somebody has touched it since it was read. */
  async delete(identity: string, tries = 5): Promise<void> {
    const lease = await this.read();
    const resourceVersion = lease?.metadata?.resourceVersion;
    if (ownerOf(lease) !== identity || resourceVersion === undefined) return;
    try {
      await this.api.coordination.deleteNamespacedLease({
        ...this.place,
        body: { preconditions: { resourceVersion } },
      });
    } catch (error) {
      if (failureKind(error) === "not found") return;
      if (failureKind(error) !== "conflict" || tries === 1) throw error;
      await this.delete(identity, tries - 1);
    }
  }
}

/** Who holds a lease; nothing if it is free. */
export function ownerOf(lease: V1Lease | undefined): string | undefined {
  return lease?.spec?.holderIdentity || undefined;
}

/** What the holder does. */
export function doingOf(lease: V1Lease | undefined): string {
  return lease?.metadata?.annotations?.[doingAnnotation] ?? "rollout";
}

/** What changes whenever a lease is renewed or taken. Times are compared for being the same only, as clocks differ. */
export function recordOf(lease: V1Lease | undefined): string {
  const { holderIdentity, renewTime, acquireTime } = lease?.spec ?? {};
  return JSON.stringify([holderIdentity, renewTime, acquireTime]);
}

/** When it was last written in milliseconds since 1970, by the API server's clock where that says so. */
export function writtenAt({ metadata, spec }: V1Lease): number {
  const times = (metadata?.managedFields ?? []).flatMap(({ time }) => (time ? [new Date(time).getTime()] : []));
  return times.length > 0 ? Math.max(...times) : new Date(spec?.renewTime ?? 0).getTime();
}

function isHomeless(error: unknown): boolean {
  const { kind, answer } = clusterErrorOf(error) ?? {};
  const causes = answer?.body.details?.causes ?? [];
  return kind === "not found" || causes.some(({ reason }) => reason === "NamespaceTerminating");
}
