import type { Problem } from "../../config/problems";
import type { Values } from "../../config/schema";

/** What contradicts itself in the ports of a stack behind a Service alone. */
export function portProblems({ service: { nodePort, previewNodePort, nodeAddress } }: Values): Problem[] {
  return [
    ...(nodePort !== undefined && nodePort === previewNodePort
      ? [
          {
            key: "service.previewNodePort",
            value: previewNodePort,
            allowed: "must be another port than sluice:service.nodePort",
          },
        ]
      : []),
    ...(nodePort === undefined && nodeAddress !== undefined
      ? [
          {
            key: "service.nodeAddress",
            value: nodeAddress,
            allowed: "has no meaning without sluice:service.nodePort: remove it",
          },
        ]
      : []),
  ];
}
