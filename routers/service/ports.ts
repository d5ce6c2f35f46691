import type { Problem } from "../../config/problems";
import type { Values } from "../../config/schema";
import { wrongOnes } from "../../config/wrong";

/** What contradicts itself in the ports of a stack behind a Service alone. */
export function portProblems(values: Values): Problem[] {
  const { nodePort, previewNodePort, nodeAddress } = values.service;
  return wrongOnes(values, [
    [
      "service.previewNodePort",
      nodePort !== undefined && nodePort === previewNodePort,
      "must be another port than sluice:service.nodePort",
    ],
    [
      "service.nodeAddress",
      nodePort === undefined && nodeAddress !== undefined,
      "has no meaning without sluice:service.nodePort: remove it",
    ],
  ]);
}
