import assert from "node:assert/strict";
import { clusterApi } from "../../../../cluster/api";
import { DriverLease } from "../../../../rollout/store/lease";
import { fakeApi } from "../../support/fake-api";

/** Where the lease of stack dev is kept. */
export const leaseKey = "leases/demo/sluice-rollout-dev";

type TakeOptions = Parameters<typeof DriverLease.take>[3];

const options: TakeOptions = {
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
      DriverLease.take(clusterApi(fake().cluster), "dev", "demo", { ...options, ...changes }),
    holder: () => DriverLease.holder(clusterApi(fake().cluster), "dev", "demo"),
    spec: () => api().objects.get(leaseKey)?.["spec"] as Record<string, unknown> | undefined,
    /** Makes it somebody else's, last renewed that long ago. */
    hold: (holderIdentity: string, ago = 0, leaseDurationSeconds = 15) => {
      const renewTime = new Date(Date.now() - ago).toISOString();
      api().put(leaseKey, { spec: { holderIdentity, leaseDurationSeconds, renewTime } });
    },
  };
}
