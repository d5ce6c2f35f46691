import type { Problem } from "../../config/problems";
import type { Values } from "../../config/schema";

/** What contradicts itself in the ports of a stack behind a Service alone. */
export function portProblems({ nodePort, previewNodePort, nodeAddress }: Values): Problem[] {
  return [
    ...(nodePort !== undefined && nodePort === previewNodePort
      ? [{ key: "previewNodePort", value: previewNodePort, allowed: "must be another port than sluice:nodePort" }]
      : []),
    ...(nodePort === undefined && nodeAddress !== undefined
      ? [{ key: "nodeAddress", value: nodeAddress, allowed: "has no meaning without sluice:nodePort: remove it" }]
      : []),
  ];
}
