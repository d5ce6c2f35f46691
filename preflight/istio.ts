import type { Problem } from "../config/problems";
import { describeObject, keyOfManifest, referenceOf, type Manifest } from "../render/manifest";
import type { Findings, Situation } from "./check";

const group = "networking.istio.io";

/**
 * What would keep Istio's objects from doing what the plan says: kinds that the cluster doesn't have, and a VirtualService
 * of somebody else for the same host.
 */
export async function findIstioProblems({ manifests, live, isOwn }: Situation): Promise<Findings> {
  const own = manifests.filter(
    ({ kind, apiVersion }) => kind === "VirtualService" && apiVersion.startsWith(`${group}/`),
  );
  const [first] = own;
  if (!first) return {};
  if (!(await live.has(first))) return { problems: [missingKinds] };
  const keys = new Set(own.map((one) => keyOfManifest(one)));
  const places = new Set(own.flatMap(placesOf));
  const problems = (await live.list(first))
    .filter((other) => !keys.has(keyOfManifest(other)) && !isOwn(keyOfManifest(other)))
    .flatMap((other) => {
      const host = placesOf(other)
        .find((place) => places.has(place))
        ?.split(" ")[1];
      const allowed = `must be a host that no other VirtualService has: ${describeObject(referenceOf(other))} has it already, and of two Istio takes one`;
      return host === undefined ? [] : [{ key: "host", value: host, allowed }];
    });
  return { problems };
}

const missingKinds: Problem = {
  key: "router",
  value: "istio",
  allowed:
    "needs the kinds of Istio, which this cluster does not have: istioctl install, or helm install istio-base base --repo https://istio-release.storage.googleapis.com/charts --namespace istio-system --create-namespace",
};

/** A host at a gateway, or in the mesh, where a short name is one of the namespace. */
function placesOf({ metadata, spec }: Manifest): string[] {
  const { hosts = [], gateways = ["mesh"] } = (spec ?? {}) as { hosts?: string[]; gateways?: string[] };
  return gateways.flatMap((gateway) => hosts.map((host) => `${metadata.namespace}/${gateway} ${host}`));
}
