import assert from "node:assert/strict";
import { labStatus } from "../../../lab/status";
import { testLab } from "./lab";

/** The process of one of the lab's pieces, by the piece's name in `sluice lab status`. */
export async function processOf(piece: string): Promise<number> {
  const { pieces } = await labStatus({ name: testLab.name, apiPort: testLab.port });
  const pid = pieces.find((one) => one.piece === piece)?.pid;
  assert.ok(pid, `the lab has no running ${piece}: ${pieces.map((one) => one.piece).join(", ")}`);
  return pid;
}
