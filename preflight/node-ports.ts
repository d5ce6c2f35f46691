import { describeObject, keyOfManifest, referenceOf, type Manifest } from "../render/manifest";
import type { Findings, Situation } from "./check";

interface ServiceSpec {
  readonly ports?: readonly { readonly nodePort?: number }[];
}

/** A port of every node that another Service has already; also one of the stack's own that the same update removes. */
export async function findTakenPorts({ manifests, live }: Situation): Promise<Findings> {
  const services = manifests.filter(({ kind }) => kind === "Service");
  if (!services.some((service) => portsOf(service).length > 0)) return {};
  const wanted = new Set(services.map((service) => keyOfManifest(service)));
  // The stack's own old Service holds its port until the update's end, so it is in the way as well.
  const others = (await live.list({ apiVersion: "v1", kind: "Service" })).filter(
    (other) => !wanted.has(keyOfManifest(other)),
  );
  const problems = services.flatMap((service) =>
    portsOf(service).flatMap((value) => {
      const owner = others.find((other) => portsOf(other).includes(value));
      if (!owner) return [];
      const key = service.metadata.name.endsWith("-preview") ? "previewNodePort" : "nodePort";
      const name = describeObject(referenceOf(owner));
      return [{ key, value, allowed: `must be a free port from 30000 to 32767: ${name} has it` }];
    }),
  );
  return { problems };
}

function portsOf({ spec }: Manifest): number[] {
  return ((spec as ServiceSpec | undefined)?.ports ?? []).flatMap(({ nodePort }) => nodePort ?? []);
}
