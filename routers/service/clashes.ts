import { titleOf } from "../cluster-objects";
import type { Clashes, ClusterObject } from "../router";

interface ServiceSpec {
  readonly ports?: readonly { readonly nodePort?: number }[];
}

/** Services of others, or of the stack until now, that have a port of every node which the stack asks for. */
export const clashes: Clashes = {
  concerns: (object) => object.kind === "Service" && portsOf(object).length > 0,
  // The stack's own old Service holds its port until the update's end.
  includesRemoved: true,
  find: (own, others) =>
    own.flatMap((service) =>
      portsOf(service).flatMap((value) => {
        const owner = others.find((other) => portsOf(other).includes(value));
        if (!owner) return [];
        const key = service.metadata.name.endsWith("-preview") ? "service.previewNodePort" : "service.nodePort";
        return [{ key, value, allowed: `must be a free port from 30000 to 32767: ${titleOf(owner)} has it` }];
      }),
    ),
};

function portsOf({ spec }: ClusterObject): number[] {
  return ((spec as ServiceSpec | undefined)?.ports ?? []).flatMap(({ nodePort }) => nodePort ?? []);
}
