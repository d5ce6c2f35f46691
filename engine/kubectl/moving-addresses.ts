import { addressAnnotation } from "../../components/entrance";
import { keyOfManifest, type Manifest } from "../../render/manifest";

/**
 * The Services in the cluster that are to ask MetalLB for another address, the one first that takes the users' address.
 *
 * They are applied at once and in this order, before anything waits for one of them: each may have what the other asks
 * for. kube-proxy takes changes up at most once a second, the first of them immediately. That first one is the address
 * that nobody uses, so that the users' address goes from Service to Service between two rounds, and is never nobody's.
 *
 * @param changed what an update changes.
 * @param live the same objects as they are now, those that are there.
 * @param users the address that users have.
 * @see https://kubernetes.io/docs/reference/config-api/kube-proxy-config.v1alpha1/ minSyncPeriod
 */
export function movingAddresses(
  changed: readonly Manifest[],
  live: readonly Manifest[],
  users: string | undefined,
): Manifest[] {
  const there = new Map(live.map((manifest) => [keyOfManifest(manifest), manifest]));
  const moving = changed.filter((manifest) => {
    const now = there.get(keyOfManifest(manifest));
    return now !== undefined && wantedAddress(manifest) !== undefined && wantedAddress(manifest) !== wantedAddress(now);
  });
  const takesUsers = (manifest: Manifest) => wantedAddress(manifest) === users;
  return [...moving.filter(takesUsers), ...moving.filter((manifest) => !takesUsers(manifest))];
}

/** The address that a Service asks for by annotation. */
export function wantedAddress({ metadata }: Manifest): string | undefined {
  return (metadata["annotations"] as Record<string, string> | undefined)?.[addressAnnotation];
}
